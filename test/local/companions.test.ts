import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { providers } from "../../functions/providers.ts";
import { loadExample } from "../../local/examples.ts";
import { openSimulator } from "../../local/simulators.ts";
import { elsewhere } from "../support/provider-folder.ts";

const somewhere = elsewhere();
afterAll(() => somewhere[Symbol.dispose]());
const project = somewhere.write({
	"acme/example.mjs":
		"export default { settings: {}, headers: {}, deliveries: [] };",
	"acme/simulator.ts": `import { serveApi, type SimulatorOptions } from "billhook/simulator";
export default (options: SimulatorOptions) =>
	serveApi(() => ({
		settings: (url) => ({ apiUrl: url, apiKey: "simulated" }),
		answer: ({ path }) => ({ body: { asked: path } }),
		acts: {},
		examples: {},
		facts: () => ({}),
	}), options);
`,
	"bare/provider.ts": "",
});

test("a folder's simulator is started, and its settings point to it", async () => {
	const whose = { provider: "acme", folder: join(project, "acme") };
	await using simulator = await openSimulator(whose, undefined);
	expect(simulator?.settings).toEqual({
		apiUrl: simulator?.url,
		apiKey: "simulated",
	});
	const answer = await fetch(`${simulator?.url}/bills/1`);
	expect(await answer.json()).toEqual({ asked: "/bills/1" });
});

test("a folder's example is found in whichever language it is written", async () => {
	const whose = { provider: "acme", folder: join(project, "acme") };
	expect(await loadExample(whose)).toMatchObject({ deliveries: [] });
});

test("neither has to be there", async () => {
	const whose = { provider: "bare", folder: join(project, "bare") };
	expect(await openSimulator(whose, undefined)).toBeUndefined();
	expect(await loadExample(whose)).toBeUndefined();
});

test("a built-in provider's are found without a folder", async () => {
	const [first] = providers;
	const own = await loadExample({ provider: first?.name ?? "" });
	expect(own?.deliveries.length).toBeGreaterThan(0);
});
