import { cheapEngine } from '../../bip38/scrypt/cheap-engine.testing.ts'
import { serveSite } from '../site/serve-site.ts'
import { commandsOfA } from '../site-a/commands-of-a.ts'

// Site A as it is, but with cheap scrypt: for tests that kill it often.
await serveSite('A', commandsOfA, { scrypt: cheapEngine() })
