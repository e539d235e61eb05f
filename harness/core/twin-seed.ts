import { z } from 'zod'

/** Starts every random choice of the digital twin. */
export const seed = z.int().min(0).max(4_294_967_295)
