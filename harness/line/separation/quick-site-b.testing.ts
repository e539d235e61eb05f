import { cheapEngine } from '../../bip38/scrypt/cheap-engine.testing.ts'
import { serveSite } from '../site/serve-site.ts'
import { commandsOfB } from '../site-b/commands-of-b.ts'

// Site B as it is, but with cheap scrypt: for tests that kill it often.
await serveSite('B', commandsOfB, { scrypt: cheapEngine() })
