import { expect, test } from 'vitest'
import { cameras } from './camera/cameras.ts'
import { lights } from './light/lights.ts'
import { httpUrl, publicPlace } from './options.ts'

test.each([
  ['http://10.0.0.7/shot.jpg?user=adm&pwd=hidden', 'http://10.0.0.7/shot.jpg'],
  ['http://adm:hidden@10.0.0.7:8080/shot.jpg#hidden', 'http://10.0.0.7:8080/shot.jpg'],
  ['rtsp://10.0.0.7:554/user=adm&password=hidden&channel=2/x', 'rtsp://10.0.0.7:554/user=…&password=…&channel=2/x'],
  ['rtsp://10.0.0.7/Streaming/Channels/101', 'rtsp://10.0.0.7/Streaming/Channels/101'],
  ['http://10.0.0.7/api/abcdef0123456789hidden1/shot', 'http://10.0.0.7/api/…den1/shot'],
  ['http://10.0.0.7/a/hidden@b/shot', 'http://10.0.0.7/a/…/shot'],
  ['http://adm:hid/den@10.0.0.7/shot.jpg', 'an address that cannot be read'],
])('%s is shown as %s', (url, shown) => {
  expect(publicPlace(url)).toBe(shown)
})

test('an address with a user or a password is refused wherever they end', () => {
  for (const url of [
    'http://u@10.0.0.7/',
    'http://u:p/w@10.0.0.7/',
    'http://u:80/w@10.0.0.7/',
    'http://u:p?w@10.0.0.7/',
  ]) {
    expect(httpUrl.safeParse(url).success).toBe(false)
  }
  expect(httpUrl.safeParse('http://10.0.0.7/%40home/shot.jpg?size=2').success).toBe(true)
})

test('lists show no token of a light and no parameter of a camera', () => {
  const light = lights.address({
    driver: 'wled-http',
    url: 'http://10.0.0.8/hidden?token=hidden',
    presets: {},
  } as never)
  expect(light).toBe('http://10.0.0.8')
  expect(cameras.address({ driver: 'http', url: 'http://10.0.0.7/shot.jpg?pwd=hidden' } as never)).toBe(
    'http://10.0.0.7/shot.jpg',
  )
})
