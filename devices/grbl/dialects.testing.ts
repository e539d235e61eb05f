// Test aid: how other firmwares of GRBL's interface say what the model says. The model stays GRBL; only its words change.

/** Rewrites what the firmware sends, one call of its `send` at a time. */
export type SimulatedDialect = (text: string) => string

const fluidSettings = /^\$(?:10|13|20|22|30|32|13[0-2]|10[0-2]|11[0-2]|12[0-2])=/

/** FluidNC 3.9 as of its Report.cpp and Protocol.cpp: levels in its messages, talk at any time, few settings. */
export function fluidNc(): SimulatedDialect {
  let said = 0
  return text =>
    text
      .split('\r\n')
      .flatMap(line => {
        if (line === '') return [line]
        if (line.startsWith('Grbl ')) return ["Grbl 3.9 [FluidNC v3.9.1 (esp32-wifi) '$' for help]"]
        if (line.startsWith('[VER:')) return ['[VER:3.9 FluidNC v3.9.1 (esp32-wifi) :]']
        if (line.startsWith('[OPT:'))
          return ['[OPT:MPHS]', '[MSG:INFO: Machine: bench]', '[MSG:INFO: Mode=STA:SSID=shop:Status=Connected]']
        if (line === '[MSG:Reset to continue]') return ['[MSG:ERR: Reset to continue]']
        if (line.startsWith('[MSG:')) return [line.replace('[MSG:', '[MSG:INFO: ')]
        if (line.startsWith('ALARM:')) return [`[MSG:INFO: ALARM: ${line}]`, line]
        if (line.startsWith('error:')) return [line, '[MSG:ERR: Unsupported GCode command]']
        if (line.startsWith('$') && !fluidSettings.test(line)) return []
        // A network that comes and goes is told whenever it does.
        return ++said % 3 === 0 ? ['[MSG:INFO: Connecting to STA SSID:shop]', line] : [line]
      })
      .join('\r\n')
}

/** uCNC 1.17 as of its grbl_interface.h, built with states of its own. */
export const ucnc: SimulatedDialect = text =>
  text
    .replace(/Grbl 1\.1h/, 'uCNC 1.17')
    .replace(/\[VER:[^\]]*\]/, '[VER: uCNC 1.17.2 - MKS DLC32]')
    .replace(/<Alarm\|/, '<Locked|')
    .replace(/\|FS:(\d+),\d+/, '|F:$1')

/** Lines as some builds end them: `OK`, blanks at the end, LF alone, and as few bytes at a time as a slow adapter passes on. */
export const careless: SimulatedDialect = text => text.replace(/^ok\r\n/, 'OK \n').replaceAll('\r\n', '\n')
