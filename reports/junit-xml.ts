import { type Markup, markup } from './markup.ts'

/** What a server makes of a case. */
export type Result = 'passed' | 'failure' | 'error' | 'skipped'

export interface Case {
  readonly name: string
  readonly result: Result
  readonly type: string
  readonly message: string
  readonly seconds: number
  /** What each check says, and what a reader must see of a case that passed, too. */
  readonly output: readonly string[]
}

export interface Suite {
  readonly name: string
  readonly started: string | null
  readonly properties: readonly (readonly [string, string])[]
  readonly cases: readonly Case[]
}

/** Stands at the head of every such file. */
export const junitMark = '<testsuites name="assay"'

/** Suites as JUnit XML, in the strict subset that junit-10.xsd allows. */
export function junitXml(suites: readonly Suite[]): string {
  const sum = (of: (suite: Suite) => number) => suites.reduce((total, suite) => total + of(suite), 0)
  return markup`<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="assay" tests="${sum(({ cases }) => cases.length)}" failures="${sum(suite => count(suite, 'failure'))}" errors="${sum(suite => count(suite, 'error'))}">
${suites.map(renderSuite)}</testsuites>
`.text
}

/** A server tells cases apart by their names: what is named alike is numbered. */
export function distinct(cases: readonly Case[]): readonly Case[] {
  const taken = new Map<string, number>()
  return cases.map(one => {
    const times = (taken.get(one.name) ?? 0) + 1
    taken.set(one.name, times)
    return times === 1 ? one : { ...one, name: `${one.name} (${times})` }
  })
}

const count = ({ cases }: Suite, result: Result) => cases.filter(one => one.result === result).length

function renderSuite(suite: Suite): Markup {
  const { name, started, properties, cases } = suite
  const seconds = cases.reduce((sum, one) => sum + one.seconds, 0)
  return markup`  <testsuite name="${name}" tests="${cases.length}" failures="${count(suite, 'failure')}" errors="${count(suite, 'error')}" skipped="${count(suite, 'skipped')}" time="${seconds.toFixed(3)}"${started === null ? null : markup` timestamp="${started}"`}>
    <properties>
${properties.map(([key, value]) => markup`      <property name="${key}" value="${value}"/>\n`)}    </properties>
${cases.map(one => renderCase(one, name))}  </testsuite>
`
}

function renderCase({ name, result, type, message, seconds, output }: Case, className: string): Markup {
  const outcome = {
    passed: null,
    failure: markup`<failure type="${type}" message="${message}"/>`,
    error: markup`<error type="${type}" message="${message}"/>`,
    skipped: markup`<skipped type="${type}" message="${message}"/>`,
  }[result]
  const more = output.length === 0 ? null : markup`<system-out>${output.map(line => markup`${line}\n`)}</system-out>`
  return markup`    <testcase name="${name}" classname="${className}" time="${seconds.toFixed(3)}">${outcome}${more}</testcase>\n`
}
