/** Says with a request who has logged in at the screen that it comes from. */
export const tokenHeader = 'assay-person'
