/** What a page tells about a camera, and what it is asked: in the browser's own words and units. */
export interface PageTrack {
  readonly label: string
  readonly settings: Readonly<Record<string, unknown>>
  readonly capabilities: Readonly<Record<string, unknown>>
  /** Largest still of the camera's own, where it says so. */
  readonly photo: { readonly width: number; readonly height: number } | null
}

interface PageRequest {
  readonly device: string | null
  readonly width: number | null
  readonly height: number | null
}

interface PageShot {
  readonly take: 'photo' | 'frame'
  readonly skipFrames: number
}

/** Lives in the page as `assayCamera`. Pictures come as base64. */
export interface PageCamera {
  open(asked: PageRequest): Promise<PageTrack>
  /** @returns the settings as they then are */
  set(constraints: Readonly<Record<string, unknown>>): Promise<Readonly<Record<string, unknown>>>
  shoot(shot: PageShot): Promise<string>
  /** The next frame as a JPEG, at most `maxWidth` wide. */
  peek(maxWidth: number): Promise<string>
}

/** Why opening failed; the driver makes a sentence of it. `labels` are the cameras that there are. */
export interface PageRefusal {
  readonly refused: string
  readonly labels: readonly string[]
}

interface StillCapture {
  takePhoto(settings?: { imageWidth?: number; imageHeight?: number }): Promise<Blob>
  getPhotoCapabilities(): Promise<{ imageWidth?: { max: number }; imageHeight?: { max: number } }>
}
interface FrameSource {
  readonly readable: ReadableStream<VideoFrame>
}
interface CameraGlobals {
  assayCamera: PageCamera
  readonly ImageCapture: new (track: MediaStreamTrack) => StillCapture
  readonly MediaStreamTrackProcessor: new (options: { track: MediaStreamTrack; maxBufferSize: number }) => FrameSource
}

/**
 * Puts the camera's half into a page. It is sent there as its source text, so it uses nothing from outside itself.
 */
export function installPageCamera(): void {
  const page = globalThis as unknown as CameraGlobals
  let track: MediaStreamTrack | null = null
  let still: StillCapture | null = null
  let photo: PageTrack['photo'] = null

  const alive = (): MediaStreamTrack => {
    if (!track || track.readyState === 'ended') throw new Error('camera-ended')
    return track
  }
  const orEnded = <T>(work: Promise<T>): Promise<T> => {
    const from = alive()
    return Promise.race([
      work,
      new Promise<never>((_, reject) => {
        from.addEventListener('ended', () => reject(new Error('camera-ended')), { once: true })
      }),
    ])
  }
  const open = async (constraints: MediaTrackConstraints): Promise<MediaStreamTrack> => {
    const stream = await navigator.mediaDevices.getUserMedia({ video: constraints, audio: false })
    return stream.getVideoTracks()[0]!
  }
  const inBase64 = async (blob: Blob): Promise<string> => {
    const reader = new FileReader()
    await new Promise((resolve, reject) => {
      reader.onload = resolve
      reader.onerror = reject
      reader.readAsDataURL(blob)
    })
    const text = String(reader.result)
    return text.slice(text.indexOf(',') + 1)
  }
  /** Does something with the `skip + 1`st frame from now on. */
  const withFrame = async <T>(skip: number, use: (frame: VideoFrame) => Promise<T>): Promise<T> => {
    // A clone, so that ending the reader leaves the camera running; a buffer of one keeps no old frame.
    const copy = alive().clone()
    const reader = new page.MediaStreamTrackProcessor({ track: copy, maxBufferSize: 1 }).readable.getReader()
    try {
      for (let left = skip; ; left--) {
        const { value: frame } = await orEnded(reader.read())
        if (!frame) throw new Error('camera-ended')
        try {
          if (left <= 0) return await use(frame)
        } finally {
          frame.close()
        }
      }
    } finally {
      copy.stop()
      await reader.cancel().catch(() => {})
    }
  }
  const drawn = (frame: VideoFrame, scale: number): OffscreenCanvas => {
    const width = Math.max(1, Math.round(frame.displayWidth * scale))
    const height = Math.max(1, Math.round(frame.displayHeight * scale))
    const canvas = new OffscreenCanvas(width, height)
    canvas.getContext('2d', { alpha: false })!.drawImage(frame, 0, 0, width, height)
    return canvas
  }

  page.assayCamera = {
    async open({ device, width, height }) {
      const refuse = (refused: string, labels: readonly string[]): never => {
        throw new Error(`refused ${JSON.stringify({ refused, labels })}`)
      }
      const cameras = async (): Promise<MediaDeviceInfo[]> =>
        (await navigator.mediaDevices.enumerateDevices()).filter(({ kind }) => kind === 'videoinput')
      const all = await cameras()
      const labels = all.map(({ label }) => label)
      const wanted = all.filter(({ label }) => device === null || label.toLowerCase().includes(device.toLowerCase()))
      if (all.length === 0) refuse('none', labels)
      if (wanted.length === 0) refuse('no such', labels)
      if (wanted.length > 1) refuse('several', labels)
      try {
        // Far more than any sensor has: the nearest is its largest. No scaling, whatever happens.
        const constraints = {
          width: { ideal: width ?? 65_535 },
          height: { ideal: height ?? 65_535 },
          resizeMode: 'none',
        }
        track = await open({ deviceId: { exact: wanted[0]!.deviceId }, ...constraints } as MediaTrackConstraints)
      } catch (error) {
        refuse(error instanceof Error ? error.name : 'unknown', labels)
      }
      const opened = alive()
      still = new page.ImageCapture(opened)
      try {
        const { imageWidth, imageHeight } = await still.getPhotoCapabilities()
        photo = imageWidth && imageHeight ? { width: imageWidth.max, height: imageHeight.max } : null
      } catch {
        photo = null
      }
      return {
        label: opened.label,
        settings: { ...opened.getSettings() },
        capabilities: { ...opened.getCapabilities() },
        photo,
      }
    },

    async set(constraints) {
      const from = alive()
      const { advanced: _, ...basic } = from.getConstraints()
      // Each in a set of its own, for a set that cannot be kept as a whole is dropped as a whole; and none of earlier
      // times, for the first of two that disagree is the one that is kept. Modes before values: a camera in automatic
      // mode refuses the value.
      const sets = Object.entries(constraints).map(([name, value]) => ({ [name]: value }))
      const modes = sets.filter(set => Object.values(set).every(value => typeof value === 'string'))
      for (const advanced of [modes, sets]) {
        await from.applyConstraints({ ...basic, advanced: advanced as MediaTrackConstraintSet[] })
      }
      return { ...from.getSettings() }
    },

    async shoot({ take, skipFrames }) {
      if (take === 'frame') {
        return await inBase64(
          await withFrame(skipFrames, frame => drawn(frame, 1).convertToBlob({ type: 'image/png' })),
        )
      }
      if (skipFrames > 0) await withFrame(skipFrames - 1, async () => {})
      const size = photo ? { imageWidth: photo.width, imageHeight: photo.height } : undefined
      return await inBase64(await orEnded(still!.takePhoto(size)))
    },

    async peek(maxWidth) {
      return await inBase64(
        await withFrame(0, frame =>
          drawn(frame, Math.min(1, maxWidth / frame.displayWidth)).convertToBlob({ type: 'image/jpeg', quality: 0.85 }),
        ),
      )
    },
  }
}
