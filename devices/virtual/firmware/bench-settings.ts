/** `$n=` settings that the model works with, with the values of a small bench machine. Source: GRBL 1.1 settings table. */
export const benchSettings: Readonly<Record<number, number>> = {
  0: 10,
  1: 25,
  2: 0,
  3: 0,
  4: 0,
  5: 0,
  6: 0,
  10: 1,
  11: 0.01,
  12: 0.002,
  13: 0,
  20: 1,
  21: 1,
  22: 1,
  23: 0,
  24: 100,
  25: 1500,
  26: 250,
  27: 1,
  30: 1000,
  31: 0,
  32: 0,
  100: 80,
  101: 80,
  102: 400,
  110: 6000,
  111: 6000,
  112: 1500,
  120: 500,
  121: 500,
  122: 200,
  130: 300,
  131: 200,
  132: 80,
}

/** Settings by the name under which the model asks for them. */
export const setting = {
  reports: 10,
  inches: 13,
  softLimits: 20,
  hardLimits: 21,
  homing: 22,
  homingSeek: 25,
  debounce: 26,
  pullOff: 27,
  fullSpeed: 30,
  rapidX: 110,
  acceleration: 120,
  travelX: 130,
  travelY: 131,
  travelZ: 132,
} as const

/** `$n=value` as GRBL shows it: whole numbers bare, the rest with three decimals. */
export function describeSetting(number: number, value: number): string {
  return `$${number}=${number >= 100 || !Number.isInteger(value) ? value.toFixed(3) : value}`
}
