import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { AssayError, exitCodes } from '../../core/assay-error.ts'

/** A loaded network: one float input, one float output. */
export interface OnnxNetwork extends AsyncDisposable {
  readonly engine: OnnxEngine
  run(input: Float32Array, shape: readonly number[]): Promise<{ data: Float32Array; shape: readonly number[] }>
}

/** `native`: onnxruntime-node; `wasm`: onnxruntime-web, about 2.7 times slower, the same numbers to 1e-5. */
export type OnnxEngine = 'native' | 'wasm'

/** A network or its runtime could not be loaded. */
export class OnnxError extends AssayError {
  override readonly name = 'OnnxError'
}

// Both packages ship the interface of onnxruntime-common; only what is used of it is named here.
interface Tensor {
  readonly data: unknown
  readonly dims: readonly number[]
  dispose?(): void
}
interface Session {
  readonly inputNames: readonly string[]
  readonly outputNames: readonly string[]
  run(feeds: Record<string, Tensor>): Promise<Record<string, Tensor>>
  release(): Promise<void>
}
interface Runtime {
  readonly InferenceSession: { create(model: Uint8Array, options: object): Promise<Session> }
  readonly Tensor: new (type: 'float32', data: Float32Array, dims: readonly number[]) => Tensor
  readonly env: { wasm: { numThreads?: number }; logLevel?: string }
}

async function nativeRuntime(): Promise<Runtime> {
  // Read when the library is loaded. Without it onnxruntime 1.30 keeps a device id and a queue of events, and asks for its
  // maker's host: from the process that holds the secrets.
  process.env['ORT_DISABLE_TELEMETRY'] = '1'
  // Optional dependency with a native part: absent or unloadable on some machines, so never a static import.
  return createRequire(import.meta.url)('onnxruntime-node') as Runtime
}

async function wasmRuntime(): Promise<Runtime> {
  const runtime = (await import('onnxruntime-web')) as unknown as Runtime
  runtime.env.wasm.numThreads = 1
  return runtime
}

const RUNTIMES: readonly { readonly engine: OnnxEngine; readonly load: () => Promise<Runtime> }[] = [
  { engine: 'native', load: nativeRuntime },
  { engine: 'wasm', load: wasmRuntime },
]

/**
 * Loads a network once. One thread: the harness runs several workers instead.
 * @param engine force one engine; else native when it loads, wasm otherwise
 * @throws OnnxError `onnx-model-missing`, `onnx-no-engine`
 */
export async function loadNetwork(path: string, engine?: OnnxEngine): Promise<OnnxNetwork> {
  const model = await readFile(path).catch(cause => {
    throw new OnnxError(
      'onnx-model-missing',
      `The recognition model ${path} cannot be read: install the packages again.`,
      {
        cause,
        exitCode: exitCodes.environment,
      },
    )
  })
  const causes: unknown[] = []
  for (const candidate of RUNTIMES.filter(runtime => engine === undefined || runtime.engine === engine)) {
    try {
      const runtime = await candidate.load()
      const session = await runtime.InferenceSession.create(model, {
        executionProviders: [candidate.engine === 'native' ? 'cpu' : 'wasm'],
        intraOpNumThreads: 1,
        interOpNumThreads: 1,
        // An arena keeps the buffers of the widest line for good, in each network; without it a run takes 3 % longer.
        enableCpuMemArena: false,
        logSeverityLevel: 3,
      })
      return networkOf(runtime, session, candidate.engine)
    } catch (cause) {
      causes.push(cause)
    }
  }
  throw new OnnxError(
    'onnx-no-engine',
    'Neither onnxruntime-node nor onnxruntime-web could load the text recogniser.',
    {
      cause: causes.length === 1 ? causes[0] : new AggregateError(causes),
      exitCode: exitCodes.environment,
    },
  )
}

function networkOf(runtime: Runtime, session: Session, engine: OnnxEngine): OnnxNetwork {
  const [input, output] = [session.inputNames[0]!, session.outputNames[0]!]
  return {
    engine,
    async run(data, shape) {
      const result = (await session.run({ [input]: new runtime.Tensor('float32', data, shape) }))[output]!
      return { data: result.data as Float32Array, shape: result.dims }
    },
    async [Symbol.asyncDispose]() {
      await session.release()
    },
  }
}
