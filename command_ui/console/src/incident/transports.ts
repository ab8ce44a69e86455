/** Which units take people to a hospital: for them a transport is the next step after the scene; for all others it stays possible. */

// The levels of ambulance care (basic, advanced, intensive), and the plain words for it.
const TRANSPORTING: ReadonlySet<string> = new Set(['ambulance', 'bls', 'als', 'icu', 'patient_transport']);

export const transports = (capabilities: readonly string[] | undefined): boolean =>
  capabilities?.some((capability) => TRANSPORTING.has(capability)) ?? false;
