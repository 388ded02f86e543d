/** The process behind one provider probe: runs a one-node model on the provider named in its argument. */
import { runProbeModel } from './onnxruntime.ts'
import { PROBE_WORKED } from './probe.ts'

try {
  await runProbeModel(process.argv[2] ?? '')
  process.stdout.write(`${PROBE_WORKED}\n`, () => process.exit(0))
} catch (error) {
  process.stdout.write(`${error instanceof Error ? error.message : String(error)}\n`, () => process.exit(1))
}
