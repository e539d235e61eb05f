import { expect, test } from 'vitest'
import { ffmpegInput } from './ffmpeg-input.ts'
import { nearestShutter, parseDetected, parseValue, shutterMs } from './gphoto2-values.ts'
import { parseControls } from './v4l2-controls.ts'

test('gphoto2: cameras and settings as it prints them', () => {
  const detected = `Model                          Port
----------------------------------------------------------
Canon EOS 80D                  usb:001,004
Nikon DSC D750 (PTP mode)      usb:020,012
PTP/IP Camera                  ptpip:192.168.1.1
`
  expect(parseDetected(detected)).toEqual([
    { model: 'Canon EOS 80D', port: 'usb:001,004' },
    { model: 'Nikon DSC D750 (PTP mode)', port: 'usb:020,012' },
    { model: 'PTP/IP Camera', port: 'ptpip:192.168.1.1' },
  ])
  expect(parseDetected('*** Error ***\n')).toEqual([])
  const value = 'Label: Shutter Speed\nReadonly: 0\nType: RADIO\nCurrent: 1/125\nChoice: 0 bulb\nChoice: 1 1/60\nEND\n'
  expect(parseValue(value)).toEqual({ current: '1/125', choices: ['bulb', '1/60'] })
  expect(parseValue('*** Error (-2) ***')).toBeNull()
})

test('gphoto2: shutter speeds in ms, and the nearest that a camera has', () => {
  expect(['1/125', '0.5', '2"', '0.0080s', '30', '1.6s', '10/25'].map(shutterMs)).toEqual([
    8, 500, 2000, 8, 30_000, 1600, 400,
  ])
  expect(['Bulb', 'Auto', '', '1/0', '-1', 'x1/60'].map(shutterMs)).toEqual([null, null, null, null, null, null])
  const choices = ['bulb', '1/50', '1/60', '1/80', '1/100']
  expect(nearestShutter(choices, 16)).toBe('1/60')
  expect(nearestShutter(choices, 20)).toBe('1/50')
  expect(nearestShutter(choices, 40)).toBeNull()
})

test('v4l2-ctl: controls as it prints them', () => {
  const printed = `
User Controls

                     brightness 0x00980900 (int)    : min=-64 max=64 step=1 default=0 value=0
        white_balance_automatic 0x0098090c (bool)   : default=1 value=1
      white_balance_temperature 0x0098091a (int)    : min=2800 max=6500 step=10 default=4600 value=4600 flags=inactive

Camera Controls

                  auto_exposure 0x009a0901 (menu)   : min=0 max=3 default=3 value=3 (Aperture Priority Mode)
         exposure_time_absolute 0x009a0902 (int)    : min=3 max=2047 step=1 default=250 value=250 flags=inactive
                  a_button      0x009a0903 (button) : flags=write-only
`
  expect(parseControls(printed)).toEqual([
    { name: 'brightness', min: -64, max: 64, step: 1 },
    { name: 'white_balance_automatic', min: 0, max: 1, step: 1 },
    { name: 'white_balance_temperature', min: 2800, max: 6500, step: 10 },
    { name: 'auto_exposure', min: 0, max: 3, step: 1 },
    { name: 'exposure_time_absolute', min: 3, max: 2047, step: 1 },
  ])
})

test('ffmpeg: inputs, and what may be said of them', () => {
  const environment = { CAMERA_PASSWORD: 'a:b@c/d' }
  const rtsp = ffmpegInput(
    { input: 'rtsp://10.0.0.7/live?x=1', user: 'me', passwordVariable: 'CAMERA_PASSWORD', passwordInClear: true },
    environment,
  )
  expect(rtsp).toEqual({
    args: ['-rtsp_transport', 'tcp', '-i', 'rtsp://me:a%3Ab%40c%2Fd@10.0.0.7/live?x=1'],
    address: 'rtsp://10.0.0.7',
    device: null,
  })
  expect(ffmpegInput({ input: '/dev/video2', settings: { size: { width: 640, height: 480 } } })).toEqual({
    args: ['-f', 'v4l2', '-video_size', '640x480', '-i', '/dev/video2'],
    address: '/dev/video2',
    device: '/dev/video2',
  })
  for (const scheme of ['rtsp', 'http']) {
    const inClear = () =>
      ffmpegInput({ input: `${scheme}://10.0.0.7/live`, passwordVariable: 'CAMERA_PASSWORD' }, environment)
    expect(inClear).toThrow(expect.objectContaining({ message: expect.stringContaining('passwordInClear: true') }))
  }
  expect(() => ffmpegInput({ input: '-y' })).toThrow(expect.objectContaining({ code: 'camera-config' }))
  expect(() => ffmpegInput({ input: 'rtsp://h/', passwordVariable: 'NOT_THERE' }, {})).toThrow(
    expect.objectContaining({ code: 'camera-config', message: expect.not.stringContaining('NOT_THERE') }),
  )
})
