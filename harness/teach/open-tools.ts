import { openInstalledDetector } from '../vision/rest/text-detector.node.ts'
import { openEtchNet } from '../vision/text/etch-net.ts'
import { readEtchNet, readPpOcr, runtimesFor } from '../vision/text/network-files.node.ts'
import { openPpOcr } from '../vision/text/pp-ocr.ts'
import type { TeachTools } from './see-golden.ts'

/** The networks of this installation, for one run of the teacher. @throws OnnxError */
export async function openTeachTools(): Promise<TeachTools & AsyncDisposable> {
  const runtimes = runtimesFor()
  const detector = await openInstalledDetector()
  const readers = [
    await openPpOcr(await readPpOcr(), runtimes),
    await openEtchNet(await readEtchNet(), runtimes),
  ] as const
  return {
    detector,
    readers,
    async [Symbol.asyncDispose]() {
      for (const one of [detector, ...readers]) await one[Symbol.asyncDispose]()
    },
  }
}
