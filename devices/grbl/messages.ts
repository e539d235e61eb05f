import type { Dialect } from './firmware.ts'

/** What GRBL's numbers mean and what to do. Source: GRBL 1.1 interface documentation, error and alarm code tables. */
const errors: Readonly<Record<number, string>> = {
  1: 'a word has no letter',
  2: 'a number is malformed',
  3: 'the $ command is not known',
  4: 'a value is negative',
  5: 'homing is switched off; set $22=1',
  6: 'the step pulse is too short',
  7: 'the settings memory was unreadable and was reset; restore the settings',
  8: 'the controller is not idle',
  9: 'the controller is locked by an alarm; home it first',
  10: 'soft limits need homing; set $22=1',
  11: 'the line is too long',
  12: 'the step rate is too high',
  13: 'the safety door is open',
  14: 'the line is too long for its memory',
  15: 'the jog ends beyond the travel',
  16: 'the jog is malformed',
  17: 'laser mode needs a PWM output',
  20: 'the G-code word is not supported by this firmware build',
  21: 'two words of one modal group',
  22: 'no feed rate is set',
  23: 'a whole number is needed',
  24: 'two commands need the axis words',
  25: 'a word is repeated',
  26: 'axis words are missing',
  27: 'the line number is out of range',
  28: 'a value word is missing',
  29: 'the work coordinate system is not supported',
  30: 'G53 needs G0 or G1',
  31: 'axis words are left over',
  33: 'the motion target is invalid',
  36: 'unused words are left over',
  38: 'the tool number is out of range',
}

/** From 39 on each firmware has numbers of its own. These are grblHAL's. */
const halErrors: Readonly<Record<number, string>> = {
  39: 'a value is out of range',
  45: 'a limit switch is pressed',
  46: 'homing is needed first',
  50: 'the emergency stop is pressed',
  51: 'a motor driver reports a fault',
  52: 'the value of the setting is out of range',
  53: 'the setting is not available in this build',
  79: 'not possible until the cause of the alarm is removed',
}

interface AlarmMeaning {
  readonly what: string
  readonly advice: string
}

/** Not a number of GRBL's: locked, and the alarm that did it was not heard. */
export const lockedUntilHomed = 0

const alarms: Readonly<Record<number, AlarmMeaning>> = {
  [lockedUntilHomed]: { what: 'locked until homed', advice: 'Check that the axes are free' },
  1: { what: 'hard limit', advice: 'Free the axis from its limit switch' },
  2: { what: 'soft limit', advice: 'Correct the pose, which lies beyond the travel' },
  3: { what: 'reset while moving', advice: 'The position is lost' },
  4: { what: 'probe in the wrong state', advice: 'Check the probe' },
  5: { what: 'probe did not touch', advice: 'Check the probe' },
  6: { what: 'reset while homing', advice: 'Let homing finish' },
  7: { what: 'door opened while homing', advice: 'Close the door' },
  8: { what: 'limit switch still pressed after pull-off', advice: 'Check the limit switches' },
  9: { what: 'limit switch not found', advice: 'Check the limit switches and $130 to $132' },
  10: { what: 'second limit switch not found', advice: 'Check the limit switches of both motors' },
}

/** Alarms to which grblHAL gives another meaning, or which only it has. */
const halAlarms: Readonly<Record<number, AlarmMeaning>> = {
  10: { what: 'emergency stop', advice: 'Release the emergency stop' },
  11: { what: 'homing is needed', advice: 'Check that the axes are free' },
  12: { what: 'limit switch pressed', advice: 'Free the axis from its limit switch' },
  13: { what: 'probe touched while jogging', advice: 'Check the probe' },
  15: { what: 'second limit switch not found', advice: 'Check the limit switches of both motors' },
  16: { what: 'self-test failed', advice: 'Switch the controller off and on' },
  17: { what: 'motor fault', advice: 'Check the motor drivers' },
  18: { what: 'homing failed', advice: 'Check the limit switches' },
}

/** Those of FluidNC. Source: its Alarm.h. */
const fluidAlarms: Readonly<Record<number, AlarmMeaning>> = {
  10: { what: 'spindle fault', advice: 'Check the lamp driver at the spindle output' },
  11: { what: 'an input is active at the start', advice: 'Free the limit switches and the emergency stop' },
  12: { what: 'limit switch of both directions pressed', advice: 'Check the limit switches' },
  13: { what: 'hard stop', advice: 'Free the axis from its limit switch' },
  14: { what: 'homing is needed', advice: 'Check that the axes are free' },
  15: { what: 'locked at the start', advice: 'Check that the axes are free' },
  16: { what: 'an expander restarted', advice: 'Switch the controller off and on' },
  17: { what: 'bad G-code', advice: 'Check the configuration of the controller' },
  18: { what: 'limit switch met while probing', advice: 'Check the probe' },
}

/** Those of uCNC. Source: its grbl_interface.h. */
const ucncAlarms: Readonly<Record<number, AlarmMeaning>> = {
  [-3]: { what: 'its settings are unreadable', advice: 'Restore the settings with $RST=*' },
  [-126]: { what: 'emergency stop', advice: 'Release the emergency stop' },
  [-127]: { what: 'reset', advice: 'Check that the axes are free' },
  11: { what: 'limit switch pressed before homing', advice: 'Free the axis from its limit switch' },
  13: { what: 'limit switch pressed at rest', advice: 'Free the axis from its limit switch' },
}

const alarmsOf: Readonly<Record<Dialect, Readonly<Record<number, AlarmMeaning>>>> = {
  grbl: {},
  grblHAL: halAlarms,
  FluidNC: fluidAlarms,
  uCNC: ucncAlarms,
}

function meaning(number: number, dialect: Dialect): AlarmMeaning | undefined {
  return alarmsOf[dialect][number] ?? alarms[number]
}

/** e.g. `error:9, the controller is locked by an alarm; home it first` */
export function describeError(number: number): string {
  const hal = halErrors[number]
  return `error:${number}, ${errors[number] ?? (hal ? `on grblHAL: ${hal}` : 'not in the table of GRBL 1.1')}`
}

/** e.g. `Alarm:1, hard limit` */
export function describeAlarm(number: number, dialect: Dialect = 'grbl'): string {
  if (number === lockedUntilHomed) return 'Alarm, locked until homed'
  return `Alarm:${number}, ${meaning(number, dialect)?.what ?? 'not in the table of GRBL 1.1'}`
}

/** What a person does about it, without a full stop. */
export function alarmAdvice(number: number, dialect: Dialect = 'grbl'): string {
  return meaning(number, dialect)?.advice ?? 'Look the number up in the firmware’s documentation'
}
