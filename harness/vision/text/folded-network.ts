import { floatAttribute, type GraphConstant, type GraphNode, type OnnxGraph, openGraph } from './onnx-graph.ts'

/**
 * A network with the arithmetic of its constants worked into the weights of its convolutions, and its hard swish written as a
 * runtime knows it: PP-OCR's come from another framework, which left every factor as an operation of its own, and take a quarter
 * longer as they are. The same function but for rounding (PP-OCR's recogniser: 3e-6 of a probability).
 * @param model the bytes of an ONNX file; what cannot be understood comes back as it is, and the runtime says what is wrong
 */
export function foldedNetwork(model: Uint8Array): Uint8Array {
  try {
    const { graph, write } = openGraph(model)
    writeSwish(graph)
    while (foldBehind(graph) || foldBefore(graph)) {}
    return write(graph)
  } catch (error) {
    if (error instanceof RangeError) return model
    throw error
  }
}

/** Who reads each value; a graph's own outputs are read by somebody who is not known. */
function readersIn({ nodes, outputs }: OnnxGraph): (value: string) => readonly (GraphNode | null)[] {
  const readers = new Map<string, (GraphNode | null)[]>(outputs.map(value => [value, [null]]))
  for (const node of nodes) for (const value of node.inputs) readers.set(value, [...(readers.get(value) ?? []), node])
  return value => readers.get(value) ?? []
}

const makersIn = ({ nodes }: OnnxGraph) => new Map(nodes.flatMap(node => node.outputs.map(value => [value, node])))

function drop(graph: OnnxGraph, node: GraphNode): void {
  graph.nodes = graph.nodes.filter(one => one !== node)
}

/** Takes a node out whose readers may as well read `source`. */
function bypass(graph: OnnxGraph, node: GraphNode, source: string): void {
  drop(graph, node)
  for (const { inputs } of graph.nodes)
    for (const [i, value] of inputs.entries()) if (value === node.outputs[0]) inputs[i] = source
}

/** x · clip(x + 3, 0, 6) / 6 as x · hardSigmoid(x). */
function writeSwish(graph: OnnxGraph): void {
  const made = makersIn(graph)
  const readersOf = readersIn(graph)
  const only = (node: GraphNode | undefined, operation: string) =>
    node?.operation === operation && readersOf(node.outputs[0]!).length === 1 ? node : null
  for (const divide of graph.nodes.filter(({ operation }) => operation === 'Div')) {
    const times = only(made.get(divide.inputs[0]!), 'Mul')
    if (times === null || scalar(graph, divide.inputs[1]) !== 6) continue
    const clip = times.inputs.map(value => only(made.get(value), 'Clip')).find(node => node !== null)
    const plus = clip && only(made.get(clip.inputs[0]!), 'Add')
    const x = times.inputs.find(value => value !== clip?.outputs[0])
    if (clip == null || plus == null || plus.inputs[0] !== x || scalar(graph, plus.inputs[1]) !== 3) continue
    const [least, most] = [limitOf(graph, clip, 'min', 1), limitOf(graph, clip, 'max', 2)]
    if (least !== 0 || most !== 6) continue
    clip.operation = 'HardSigmoid'
    clip.inputs.splice(0, clip.inputs.length, x!)
    clip.attributes = [floatAttribute('alpha', 1 / 6), floatAttribute('beta', 0.5)]
    drop(graph, plus)
    bypass(graph, divide, times.outputs[0]!)
  }
}

/** A limit of a clip: an attribute up to opset 10, an input from then on. */
function limitOf(graph: OnnxGraph, { numbers, inputs }: GraphNode, name: string, input: number): number | null {
  return numbers.get(name)?.[0] ?? scalar(graph, inputs[input])
}

function scalar({ constants }: OnnxGraph, name: string | undefined): number | null {
  const values = name === undefined ? undefined : constants.get(name)?.values
  return values?.length === 1 ? values[0]! : null
}

/** Works one factor, summand or normalisation behind a convolution into its weights and bias. */
function foldBehind(graph: OnnxGraph): boolean {
  const readersOf = readersIn(graph)
  for (const node of graph.nodes) {
    const readers = readersOf(node.outputs[0]!)
    const next = readers[0]
    if (readers.length !== 1 || next == null) continue
    const conv = convolutionOf(graph, node)
    if (conv === null) continue
    const change = affineOf(graph, next, node.outputs[0]!, conv.channels)
    if (change === null) continue
    const { factors, summands } = change
    setWeights(
      graph,
      node,
      weighted(conv, factors),
      conv.bias.map((b, channel) => b * (factors?.[channel] ?? 1) + summands[channel]!),
    )
    bypass(graph, next, node.outputs[0]!)
    return true
  }
  return false
}

/** What an operation does to each channel of `value`: times a factor, plus a summand; null for any other operation. */
function affineOf(graph: OnnxGraph, { operation, inputs, numbers }: GraphNode, value: string, channels: number) {
  const per = (constant: GraphConstant | undefined): Float64Array | null => {
    if (constant?.values.length === 1) return new Float64Array(channels).fill(constant.values[0]!)
    return constant?.values.length === channels ? Float64Array.from(constant.values) : null
  }
  if (operation === 'BatchNormalization') {
    const [scale, shift, mean, variance] = inputs.slice(1, 5).map(name => per(graph.constants.get(name)))
    if (inputs[0] !== value || !scale || !shift || !mean || !variance) return null
    const factors = scale.map((s, i) => s / Math.sqrt(variance[i]! + (numbers.get('epsilon')?.[0] ?? 1e-5)))
    return { factors, summands: shift.map((s, i) => s - mean[i]! * factors[i]!) }
  }
  const constant = graph.constants.get(inputs.find(name => name !== value) ?? '')
  // Of more than one number only those that lie along the channels of [1, channels, 1, 1].
  if (constant === undefined || (constant.values.length > 1 && constant.dims.at(-3) !== channels)) return null
  const numbersOf = per(constant)
  if (numbersOf === null) return null
  if (operation === 'Mul') return { factors: numbersOf, summands: new Float64Array(channels) }
  return operation === 'Add' ? { factors: null, summands: numbersOf } : null
}

/** Works one factor or summand before a convolution into it. Behind a rim of zeros a summand has to stay, without its factor. */
function foldBefore(graph: OnnxGraph): boolean {
  const readersOf = readersIn(graph)
  const made = makersIn(graph)
  const single = (value: string) => (readersOf(value).length === 1 ? made.get(value) : undefined)
  for (const node of graph.nodes) {
    const before = node.operation === 'Conv' ? single(node.inputs[0]!) : undefined
    const step = before === undefined ? null : scalarStep(graph, before)
    if (before === undefined || step === null) continue
    const conv = convolutionOf(graph, node)
    if (conv === null) continue
    if (step.operation === 'Mul') {
      setWeights(graph, node, weighted(conv, new Float64Array(conv.channels).fill(step.by)), conv.bias)
      bypass(graph, before, step.of)
      return true
    }
    if (!isPadded(node)) {
      const sums = new Float64Array(conv.channels)
      for (let i = 0; i < conv.weights.values.length; i++) sums[Math.floor(i / conv.each)]! += conv.weights.values[i]!
      setWeights(
        graph,
        node,
        conv.weights,
        conv.bias.map((b, channel) => b + step.by * sums[channel]!),
      )
      bypass(graph, before, step.of)
      return true
    }
    const factor = single(step.of)
    const times = factor === undefined ? null : scalarStep(graph, factor)
    if (factor === undefined || times?.operation !== 'Mul' || times.by === 0) continue
    setWeights(graph, node, weighted(conv, new Float64Array(conv.channels).fill(times.by)), conv.bias)
    const name = `${before.outputs[0]}/folded`
    graph.constants.set(name, { dims: [], values: Float32Array.of(step.by / times.by) })
    before.inputs.splice(0, before.inputs.length, times.of, name)
    drop(graph, factor)
    return true
  }
  return false
}

/** A node that multiplies by, or adds, one number. */
function scalarStep(graph: OnnxGraph, { operation, inputs }: GraphNode) {
  if ((operation !== 'Mul' && operation !== 'Add') || inputs.length !== 2) return null
  const at = inputs.findIndex(name => scalar(graph, name) !== null)
  const of = inputs[1 - at]
  if (at < 0 || of === undefined || graph.constants.has(of)) return null
  return { operation, by: scalar(graph, inputs[at])!, of }
}

interface Convolution {
  readonly weights: GraphConstant
  readonly bias: Float64Array
  readonly channels: number
  /** So many weights one after the other belong to one of them, the next as many to the next, and so on again. */
  readonly each: number
}

/** Null for other operations, and for weights that are not constant. */
function convolutionOf({ constants }: OnnxGraph, { operation, inputs, numbers }: GraphNode): Convolution | null {
  const isTransposed = operation === 'ConvTranspose'
  const weights = constants.get(inputs[1] ?? '')
  if ((operation !== 'Conv' && !isTransposed) || weights?.dims.length !== 4 || weights.values.length === 0) return null
  if (isTransposed && (numbers.get('group')?.[0] ?? 1) !== 1) return null
  const channels = weights.dims[isTransposed ? 1 : 0]!
  const bias = inputs[2] === undefined ? undefined : constants.get(inputs[2])
  if (inputs[2] !== undefined && bias === undefined) return null
  const kernel = weights.dims[2]! * weights.dims[3]!
  const each = isTransposed ? kernel : weights.values.length / channels
  if (!(each >= 1)) return null
  return {
    weights,
    bias: bias === undefined ? new Float64Array(channels) : Float64Array.from(bias.values),
    channels,
    each,
  }
}

/** True where it cannot be told. */
function isPadded({ numbers }: GraphNode): boolean {
  return numbers.has('auto_pad') || (numbers.get('pads') ?? []).some(px => px !== 0)
}

/** Each weight times the factor of its channel. */
function weighted(
  { weights: { dims, values }, each, channels }: Convolution,
  factors: Float64Array | null,
): GraphConstant {
  if (factors === null) return { dims, values }
  const out = new Float32Array(values.length)
  for (let from = 0, channel = 0; from < values.length; from += each, channel = (channel + 1) % channels) {
    const factor = factors[channel]!
    for (let i = from; i < from + each; i++) out[i] = values[i]! * factor
  }
  return { dims, values: out }
}

/** Constants may be shared: a node that is changed gets its own. */
function setWeights({ constants }: OnnxGraph, node: GraphNode, weights: GraphConstant, bias: Float64Array): void {
  const [name, biasName] = [`${node.outputs[0]}/weights`, `${node.outputs[0]}/bias`]
  constants.set(name, weights)
  constants.set(biasName, { dims: [bias.length], values: Float32Array.from(bias) })
  node.inputs.splice(1, node.inputs.length, name, biasName)
}
