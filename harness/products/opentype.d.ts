/** opentype.js ships no types; what it gives is described in opentype-font.ts. */
declare module 'opentype.js' {
  const opentype: { parse(buffer: ArrayBuffer): unknown }
  export default opentype
}
