import { becomePrivate } from '../core/private-process.node.ts'
import { decodePicture } from './decode.node.ts'
import type { DecodeReply, DecodeRequest } from './decode-beside.node.ts'
import { PictureError } from './picture-error.ts'

// The process in which pictures are decoded that come from a device: what they do to it they do to nobody else.

/** A picture may show a secret. */
const isPrivate = becomePrivate()

async function decode({ bytes, options, withPixels }: DecodeRequest): Promise<DecodeReply> {
  try {
    const picture = await decodePicture(bytes, options)
    return { picture: withPixels ? picture : { ...picture, data: new Uint8Array(0) } }
  } catch (error) {
    if (error instanceof PictureError) return { refused: { code: error.code, message: error.message } }
    return { failed: error instanceof Error ? error.message : String(error) }
  }
}

process.on('message', (request: DecodeRequest) => {
  void isPrivate.then(() => decode(request)).then(reply => process.send!(reply))
})
// The parent decides what an interruption means; without a parent there is nothing left to do.
process.on('SIGINT', () => {})
process.on('disconnect', () => process.exit())
