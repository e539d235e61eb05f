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
export interface Runtime {
  readonly InferenceSession: { create(model: Uint8Array, options: object): Promise<Session> }
  readonly Tensor: new (type: 'float32', data: Float32Array, dims: readonly number[]) => Tensor
  readonly env: { wasm: { numThreads?: number }; logLevel?: string }
}

/** One way to run networks. */
export interface OnnxRuntime {
  readonly engine: OnnxEngine
  load(): Promise<Runtime>
}

export const wasmRuntime: OnnxRuntime = {
  engine: 'wasm',
  async load() {
    const runtime = (await import('onnxruntime-web')) as unknown as Runtime
    runtime.env.wasm.numThreads = 1
    return runtime
  },
}

/**
 * Loads a network once. One thread: the harness runs several workers instead.
 * @param model the bytes of its file
 * @param runtimes the first of them that loads is taken
 * @throws OnnxError `onnx-no-engine`
 */
export async function loadNetwork(model: Uint8Array, runtimes: readonly OnnxRuntime[]): Promise<OnnxNetwork> {
  const causes: unknown[] = []
  for (const { engine, load } of runtimes) {
    try {
      const runtime = await load()
      const session = await runtime.InferenceSession.create(model, {
        executionProviders: [engine === 'native' ? 'cpu' : 'wasm'],
        intraOpNumThreads: 1,
        interOpNumThreads: 1,
        // An arena keeps the buffers of the widest line for good, in each network; without it a run takes 3 % longer.
        enableCpuMemArena: false,
        logSeverityLevel: 3,
      })
      return networkOf(runtime, session, engine)
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
