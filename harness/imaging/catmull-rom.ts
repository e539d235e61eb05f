/*
 * Catmull–Rom: what each of the four samples around a place counts that lies `t`, 0..1, between the inner two.
 */
export const weight0 = (t: number): number => t * (-0.5 + t * (1 - 0.5 * t))
export const weight1 = (t: number): number => 1 + t * t * (-2.5 + 1.5 * t)
export const weight2 = (t: number): number => t * (0.5 + t * (2 - 1.5 * t))
export const weight3 = (t: number): number => t * t * (-0.5 + 0.5 * t)
