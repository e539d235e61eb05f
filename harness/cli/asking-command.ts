import { Command, type Option } from 'commander'

/**
 * A command that asks for everything that is missing at once, with what it is: commander ends at the first.
 * commander 15 calls {@link AskingCommand.missingMandatoryOptionValue} and {@link AskingCommand.missingArgument} by these names.
 */
export class AskingCommand extends Command {
  override createCommand(name?: string): Command {
    return new AskingCommand(name)
  }

  missingMandatoryOptionValue(_first: Option): void {
    this.#ask('commander.missingMandatoryOptionValue')
  }

  missingArgument(_first: string): void {
    this.#ask('commander.missingArgument')
  }

  #ask(code: string): void {
    const options = this.options.filter(
      option => option.mandatory && this.getOptionValue(option.attributeName()) === undefined,
    )
    const arguments_ = this.registeredArguments.slice(this.args.length).filter(({ required }) => required)
    const missing = [
      ...arguments_.map(argument => [`<${argument.name()}${argument.variadic ? '...' : ''}>`, argument.description]),
      ...options.map(({ flags, description }) => [flags, description]),
    ]
    const lines = missing.map(([what = '', about = '']) => (about === '' ? what : `${what}  ${about}`))
    this.error(
      `error: ${lines.length === 1 ? 'missing:' : `${lines.length} things are missing:`}\n  ${lines.join('\n  ')}`,
      { code },
    )
  }
}

/**
 * Ends a command of which an option is an empty word, as a shell makes it of a variable that is not set: it would be the folder where one
 * stands, or a name that nobody has.
 */
export function refuseEmptyWords(command: Command): void {
  const empty = command.options.filter(option => {
    const name = option.attributeName()
    return command.getOptionValueSource(name) === 'cli' && [command.getOptionValue(name)].flat().includes('')
  })
  if (empty.length > 0)
    command.error(
      `error: ${empty.map(({ long, short }) => long ?? short).join(' and ')} needs a value that is not empty`,
      {
        code: 'assay.emptyWord',
      },
    )
}
