import { driverTable } from '../driver.ts'
import { chromiumCamera } from './chromium/chromium-camera.ts'
import { ffmpegCamera } from './ffmpeg-camera.ts'
import { folderCamera } from './folder-camera.ts'
import { gphoto2Camera } from './gphoto2-camera.ts'
import { httpCamera } from './http/http-camera.ts'

/** Every camera's driver, one row each. */
export const cameras = driverTable([httpCamera, chromiumCamera, ffmpegCamera, gphoto2Camera, folderCamera])
