/*
 * The only door to sharp. libvips, under it, writes a picture of more than 100 MB (34 megapixels) that is not read from top to bottom
 * into a file of the folder for temporary files, in clear: here photographs stay in memory. It asks when it first opens a picture.
 */
process.env['VIPS_DISC_THRESHOLD'] = '64g'

export { default as sharp } from 'sharp'
