import { ethereumAccount, filecoinAccount, tronAccount } from './account-format.ts'
import { p2pkh, p2sh, p2shP2wpkh, xrpAccount } from './base58-format.ts'
import { cosmosAccount, p2tr, p2wpkh, p2wsh } from './bech32-format.ts'
import { cashAddress, cashScriptAddress, confluxAccount } from './cashaddr-format.ts'
import type { CoinRow, ReadFormat, ReadOnlyRow } from './row.ts'

const row = <Format extends ReadFormat>(key: string, title: string, kind: string, format: Format) => {
  const [coin = key] = key.split('_')
  return { key, coin, kind, title, ...format }
}

/**
 * Every address that a public key has, one row each, in the order in which Ballet's page shows its 25; behind Bitcoin's
 * two of that page stand its P2SH-P2WPKH and Taproot addresses. Version bytes: each chain's `chainparams`, SLIP-0173.
 */
export const derivedRows: readonly CoinRow[] = [
  row('btc_p2pkh', 'Bitcoin, legacy', 'p2pkh', p2pkh(0x00)),
  row('btc_p2wpkh', 'Bitcoin, SegWit', 'p2wpkh', p2wpkh('bc')),
  row('btc_p2sh_p2wpkh', 'Bitcoin, SegWit in P2SH', 'p2sh', p2shP2wpkh(0x05)),
  row('btc_p2tr', 'Bitcoin, Taproot', 'p2tr', p2tr('bc')),
  row('eth', 'Ethereum', 'account', ethereumAccount),
  row('bnb', 'BNB Beacon Chain', 'account', cosmosAccount('bnb')),
  row('bsc', 'BNB Smart Chain', 'account', ethereumAccount),
  row('xrp', 'XRP', 'account', xrpAccount),
  row('doge', 'Dogecoin', 'p2pkh', p2pkh(0x1e)),
  row('ltc', 'Litecoin', 'p2pkh', p2pkh(0x30)),
  row('atom', 'Cosmos', 'account', cosmosAccount('cosmos')),
  row('bcd', 'Bitcoin Diamond', 'p2pkh', p2pkh(0x00)),
  row('bch', 'Bitcoin Cash', 'p2pkh', cashAddress('bitcoincash')),
  row('xec', 'eCash', 'p2pkh', cashAddress('ecash')),
  row('bsv', 'Bitcoin SV', 'p2pkh', p2pkh(0x00)),
  row('btg', 'Bitcoin Gold', 'p2pkh', p2pkh(0x26)),
  row('cfx', 'Conflux', 'account', confluxAccount),
  row('dash', 'Dash', 'p2pkh', p2pkh(0x4c)),
  row('dgb', 'DigiByte', 'p2pkh', p2pkh(0x1e)),
  row('etc', 'Ethereum Classic', 'account', ethereumAccount),
  row('fil', 'Filecoin', 'account', filecoinAccount),
  row('matic', 'Polygon', 'account', ethereumAccount),
  row('qtc', 'Qitcoin', 'p2sh', p2shP2wpkh(0x05)),
  row('qtum', 'Qtum', 'p2pkh', p2pkh(0x3a)),
  row('rvn', 'Ravencoin', 'p2pkh', p2pkh(0x3c)),
  row('trx', 'Tron', 'account', tronAccount),
  row('zec', 'Zcash, transparent', 'p2pkh', p2pkh(0x1c, 0xb8)),
]

/** Kinds that are recognised in print, but are not derived from a public key here. */
export const readOnlyRows: readonly ReadOnlyRow[] = [
  row('btc_p2wsh', 'Bitcoin, SegWit script', 'p2wsh', p2wsh('bc')),
  row('ltc_p2wpkh', 'Litecoin, SegWit', 'p2wpkh', p2wpkh('ltc')),
  row('ltc_p2sh', 'Litecoin, script', 'p2sh', p2sh(0x32)),
  row('doge_p2sh', 'Dogecoin, script', 'p2sh', p2sh(0x16)),
  row('bch_p2sh', 'Bitcoin Cash, script', 'p2sh', cashScriptAddress('bitcoincash')),
  row('xec_p2sh', 'eCash, script', 'p2sh', cashScriptAddress('ecash')),
  row('btg_p2wpkh', 'Bitcoin Gold, SegWit', 'p2wpkh', p2wpkh('btg')),
  row('dash_p2sh', 'Dash, script', 'p2sh', p2sh(0x10)),
  row('dgb_p2wpkh', 'DigiByte, SegWit', 'p2wpkh', p2wpkh('dgb')),
  row('qtum_p2wpkh', 'Qtum, SegWit', 'p2wpkh', p2wpkh('qc')),
  row('rvn_p2sh', 'Ravencoin, script', 'p2sh', p2sh(0x7a)),
  row('zec_p2sh', 'Zcash, transparent script', 'p2sh', p2sh(0x1c, 0xbd)),
]
