/** The part of npm `bip38` 3.1.1 that the differential test and the benchmark use; the package brings no types. */
declare module 'bip38' {
  interface Decrypted {
    readonly privateKey: Uint8Array
    readonly compressed: boolean
  }
  const bip38: {
    encryptAsync(privateKey: Uint8Array, compressed: boolean, passphrase: string): Promise<string>
    decryptAsync(epk: string, passphrase: string): Promise<Decrypted>
  }
  export default bip38
}
