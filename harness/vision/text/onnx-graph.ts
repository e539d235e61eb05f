/** One operation of a network's graph. */
export interface GraphNode {
  operation: string
  readonly inputs: string[]
  readonly outputs: string[]
  /** Attributes as they are kept, and by name the numbers of each: none of those that are texts or tensors. */
  attributes: readonly Uint8Array[]
  readonly numbers: ReadonlyMap<string, readonly number[]>
  /** All else of the node, kept as it is. */
  readonly rest: readonly Uint8Array[]
}

/** A constant of floats. */
export interface GraphConstant {
  readonly dims: readonly number[]
  readonly values: Float32Array
}

/** A network's graph as far as constants are folded in it; what is not understood is kept byte by byte. */
export interface OnnxGraph {
  nodes: GraphNode[]
  readonly constants: Map<string, GraphConstant>
  readonly outputs: readonly string[]
}

// The parts of onnx.proto that are looked into (github.com/onnx/onnx, onnx.proto3): numbers of fields.
const MODEL = { graph: 7 } as const
const GRAPH = { node: 1, initializer: 5, output: 12 } as const
const NODE = { input: 1, output: 2, operation: 4, attribute: 5 } as const
const ATTRIBUTE = { name: 1, float: 2, int: 3, tensor: 5, ints: 8, type: 20 } as const
const TENSOR = { dims: 1, type: 2, name: 8, raw: 9 } as const
const NAME_OF_VALUE = 1
const FLOAT = 1
const [VARINT, FIXED64, BYTES, FIXED32] = [0, 1, 2, 5] as const

/** A field of a message: where it begins with its tag, and what it holds. */
interface FieldOf {
  readonly number: number
  readonly whole: Uint8Array
  readonly value: Uint8Array
}

/** The graph of a model, and how it is put back. @throws RangeError when the bytes are no such file */
export function openGraph(model: Uint8Array): {
  readonly graph: OnnxGraph
  readonly write: (graph: OnnxGraph) => Uint8Array
} {
  const fields = fieldsOf(model)
  const inGraph = fields.filter(({ number }) => number === MODEL.graph).flatMap(({ value }) => fieldsOf(value))
  const constants = new Map<string, GraphConstant>()
  const nodes: GraphNode[] = []
  const known = new Set<FieldOf>()
  for (const field of inGraph) {
    if (field.number === GRAPH.node) {
      known.add(field)
      const node = nodeOf(field.value)
      const tensor = node.operation === 'Constant' ? tensorOfConstant(node) : null
      if (tensor === null) nodes.push(node)
      else constants.set(node.outputs[0]!, tensor)
    } else if (field.number === GRAPH.initializer) {
      const tensor = tensorOf(field.value)
      if (tensor === null) continue
      known.add(field)
      constants.set(tensor.name, tensor)
    }
  }
  const outputs = inGraph.flatMap(({ number, value }) =>
    number === GRAPH.output ? textsOf(fieldsOf(value), NAME_OF_VALUE) : [],
  )
  const rest = inGraph.filter(field => !known.has(field)).map(({ whole }) => whole)
  const write = (changed: OnnxGraph) => {
    const used = new Set([...changed.nodes.flatMap(({ inputs }) => inputs), ...outputs])
    const tensors = [...changed.constants].filter(([name]) => used.has(name))
    const graph = [
      ...changed.nodes.flatMap(node => message(GRAPH.node, partsOfNode(node))),
      ...tensors.flatMap(([name, tensor]) => message(GRAPH.initializer, partsOfTensor(name, tensor))),
      ...rest,
    ]
    return joined([
      ...fields.filter(({ number }) => number !== MODEL.graph).map(({ whole }) => whole),
      ...message(MODEL.graph, graph),
    ])
  }
  return { graph: { nodes, constants, outputs }, write }
}

/** An attribute that is one float. */
export function floatAttribute(name: string, value: number): Uint8Array {
  const float = new Uint8Array(4)
  new DataView(float.buffer).setFloat32(0, value, true)
  const type = [varint((ATTRIBUTE.type << 3) | VARINT), varint(1)]
  return joined([...text(ATTRIBUTE.name, name), varint((ATTRIBUTE.float << 3) | FIXED32), float, ...type])
}

function nodeOf(bytes: Uint8Array): GraphNode {
  const fields = fieldsOf(bytes)
  const attributes = fields.filter(({ number }) => number === NODE.attribute).map(({ value }) => value)
  const own: readonly number[] = Object.values(NODE)
  return {
    operation: textsOf(fields, NODE.operation)[0] ?? '',
    inputs: textsOf(fields, NODE.input),
    outputs: textsOf(fields, NODE.output),
    attributes,
    numbers: new Map(attributes.map(numbersOf)),
    rest: fields.filter(({ number }) => !own.includes(number)).map(({ whole }) => whole),
  }
}

function partsOfNode({ operation, inputs, outputs, attributes, rest }: GraphNode): Uint8Array[] {
  return [
    ...inputs.flatMap(name => text(NODE.input, name)),
    ...outputs.flatMap(name => text(NODE.output, name)),
    ...text(NODE.operation, operation),
    ...attributes.flatMap(each => message(NODE.attribute, [each])),
    ...rest,
  ]
}

function numbersOf(attribute: Uint8Array): [string, readonly number[]] {
  const fields = fieldsOf(attribute)
  const numbers = fields.flatMap(({ number, value }) => {
    if (number === ATTRIBUTE.float && value.length === 4)
      return [new DataView(value.buffer, value.byteOffset).getFloat32(0, true)]
    return number === ATTRIBUTE.int || number === ATTRIBUTE.ints ? varintsOf(value) : []
  })
  return [textsOf(fields, ATTRIBUTE.name)[0] ?? '', numbers]
}

function tensorOfConstant({ attributes }: GraphNode): GraphConstant | null {
  const tensor = attributes.flatMap(fieldsOf).find(({ number }) => number === ATTRIBUTE.tensor)
  return tensor === undefined ? null : tensorOf(tensor.value)
}

/** Null when it holds anything but plain floats. */
function tensorOf(bytes: Uint8Array): (GraphConstant & { readonly name: string }) | null {
  const fields = fieldsOf(bytes)
  const raw = fields.find(({ number }) => number === TENSOR.raw)?.value
  const type = fields.find(({ number }) => number === TENSOR.type)?.value
  const own: readonly number[] = Object.values(TENSOR)
  if (raw === undefined || type === undefined || readVarint(type, 0).value !== FLOAT) return null
  if (raw.length % 4 !== 0 || fields.some(({ number }) => !own.includes(number))) return null
  const dims = fields.filter(({ number }) => number === TENSOR.dims).flatMap(({ value }) => varintsOf(value))
  if (dims.reduce((all, size) => all * size, 1) !== raw.length / 4) return null
  return { name: textsOf(fields, TENSOR.name)[0] ?? '', dims, values: new Float32Array(new Uint8Array(raw).buffer) }
}

function partsOfTensor(name: string, { dims, values }: GraphConstant): Uint8Array[] {
  return [
    ...dims.flatMap(size => [varint((TENSOR.dims << 3) | VARINT), varint(size)]),
    varint((TENSOR.type << 3) | VARINT),
    varint(FLOAT),
    ...text(TENSOR.name, name),
    ...message(TENSOR.raw, [new Uint8Array(values.buffer, values.byteOffset, values.byteLength)]),
  ]
}

/** Fields of a message in the order of its bytes. @throws RangeError */
function fieldsOf(bytes: Uint8Array): FieldOf[] {
  const fields: FieldOf[] = []
  let at = 0
  while (at < bytes.length) {
    const start = at
    const tag = readVarint(bytes, at)
    at = tag.end
    const wire = tag.value & 7
    let size = 0
    if (wire === VARINT) size = readVarint(bytes, at).end - at
    else if (wire === FIXED64) size = 8
    else if (wire === FIXED32) size = 4
    else if (wire === BYTES) {
      const length = readVarint(bytes, at)
      at = length.end
      size = length.value
    } else throw new RangeError('a field of a kind that is none')
    if (at + size > bytes.length) throw new RangeError('a field ends behind its message')
    const value = bytes.subarray(at, at + size)
    at += size
    fields.push({ number: Math.floor(tag.value / 8), whole: bytes.subarray(start, at), value })
  }
  return fields
}

function readVarint(bytes: Uint8Array, from: number): { readonly value: number; readonly end: number } {
  let [value, scale] = [0, 1]
  for (let at = from; at < bytes.length && at < from + 10; at++, scale *= 128) {
    value += (bytes[at]! & 127) * scale
    if (bytes[at]! < 128) return { value, end: at + 1 }
  }
  throw new RangeError('a number without an end')
}

/** Numbers one after the other: a repeated field may be packed. */
function varintsOf(bytes: Uint8Array): number[] {
  const all: number[] = []
  for (let at = 0; at < bytes.length; ) {
    const { value, end } = readVarint(bytes, at)
    all.push(value)
    at = end
  }
  return all
}

const decoder = new TextDecoder()
const encoder = new TextEncoder()

const textsOf = (fields: readonly FieldOf[], wanted: number) =>
  fields.filter(({ number }) => number === wanted).map(({ value }) => decoder.decode(value))

function text(field: number, value: string): Uint8Array[] {
  return message(field, [encoder.encode(value)])
}

/** The parts of a field that holds a message, to be joined once: a model is too large to be copied at every level. */
function message(field: number, parts: readonly Uint8Array[]): Uint8Array[] {
  const length = parts.reduce((sum, part) => sum + part.length, 0)
  return [varint((field << 3) | BYTES), varint(length), ...parts]
}

function varint(value: number): Uint8Array {
  const bytes: number[] = []
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return Uint8Array.from([...bytes, rest])
    bytes.push((rest % 128) | 128)
  }
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    out.set(part, at)
    at += part.length
  }
  return out
}
