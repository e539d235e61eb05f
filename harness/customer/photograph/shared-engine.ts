/**
 * Has whoever instantiates these bytes get this module, which may have been compiled by another thread: what a browser has made of its hot
 * functions, ten seconds of a processor, is of the module and not of who runs it.
 *
 * @param bytes stand for the module; what is in them is not looked at
 */
export function useModule(bytes: ArrayBuffer, module: WebAssembly.Module): void {
  const { instantiate } = WebAssembly
  const instead = async (source: BufferSource | WebAssembly.Module, imports?: WebAssembly.Imports) => {
    const isOurs = source === bytes || (ArrayBuffer.isView(source) && source.buffer === bytes)
    if (isOurs) return { module, instance: await instantiate(module, imports) }
    return await instantiate(source as BufferSource, imports)
  }
  Object.assign(WebAssembly, { instantiate: instead })
}
