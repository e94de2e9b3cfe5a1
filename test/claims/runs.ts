/** How many inputs a property is tried with: FUZZ_RUNS when given, else so many that the tests stay quick. */
export const RUNS = Number(process.env.FUZZ_RUNS ?? 2000);
