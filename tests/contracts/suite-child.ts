/** Serves the suite's contract as a child process. */
import { createServer } from '#contracts/server.ts'
import { processTransport } from '#services/engine/process-transport.ts'
import { SUITE_CONTRACT, SUITE_HANDLERS } from './suite-contract.ts'

const transport = processTransport(process)
createServer(SUITE_CONTRACT, SUITE_HANDLERS, transport)
