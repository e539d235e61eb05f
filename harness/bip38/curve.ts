import { Point } from '@noble/secp256k1'
import { type Bytes, toBigInt, toBytes32 } from './bytes.ts'
import { Bip38Error } from './errors.ts'

/** Order of the group (SEC 2 §2.4.1). */
const { n } = Point.CURVE()

/** A scalar 1 ≤ x < n from 32 bytes, or null: such bytes occur once in 2^128 and are no key. */
export function scalarOrNull(bytes: Uint8Array): bigint | null {
  const value = toBigInt(bytes)
  return value > 0n && value < n ? value : null
}

/** @throws {@link Bip38Error} `bad-argument`, naming `what` */
export function scalar(bytes: Uint8Array, what: string): bigint {
  const value = scalarOrNull(bytes)
  if (value === null) throw new Bip38Error('bad-argument', `${what} is zero or not below the order of secp256k1.`)
  return value
}

export const multiplyScalars = (a: bigint, b: bigint): bigint => (a * b) % n

export const scalarBytes = (value: bigint): Bytes => toBytes32(value)

/** G × scalar, SEC 1 encoded. */
export function basePoint(value: bigint, compressed: boolean): Bytes {
  return Point.BASE.multiply(value).toBytes(compressed) as Bytes
}

/** point × scalar. `point` is SEC 1 encoded, of either form. @throws {@link Bip38Error} `not-a-point` */
export function multiplyPoint(point: Uint8Array, value: bigint, compressed: boolean): Bytes {
  return readPoint(point).multiply(value).toBytes(compressed) as Bytes
}

/** The same point in the other (or the same) SEC 1 form. @throws {@link Bip38Error} `not-a-point` */
export function encodePoint(point: Uint8Array, compressed: boolean): Bytes {
  return readPoint(point).toBytes(compressed) as Bytes
}

export function isPoint(point: Uint8Array): boolean {
  try {
    Point.fromBytes(point)
    return true
  } catch {
    return false
  }
}

function readPoint(bytes: Uint8Array): Point {
  try {
    return Point.fromBytes(bytes)
  } catch (cause) {
    throw new Bip38Error('not-a-point', 'These bytes are not a point of secp256k1.', { cause })
  }
}
