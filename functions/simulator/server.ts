import { once } from "node:events";
import {
	createServer,
	type IncomingMessage,
	type ServerResponse,
} from "node:http";
import type { Asked, SimulatedAnswer } from "./asked.ts";
import { control } from "./control.ts";
import { misbehave, openFaults } from "./faults.ts";
import type {
	Acts,
	SimulatedApi,
	Simulator,
	SimulatorOptions,
	Surroundings,
} from "./simulator.ts";
import { openWebhooks, type Retries } from "./webhooks.ts";

export type { Asked, SimulatedAnswer } from "./asked.ts";
export type { SimulatedApi, Simulator, SimulatorOptions } from "./simulator.ts";
export { type IssuedTokens, openTokens } from "./tokens.ts";

const never: Retries = () => false;

export async function serveApi<A extends Acts, Facts>(
	api: (surroundings: Surroundings) => SimulatedApi<A, Facts>,
	{ port = 0, host = "127.0.0.1", clock = () => new Date() }: SimulatorOptions,
): Promise<Simulator<A, Facts>> {
	const { webhooks, post } = openWebhooks((attempt, status) =>
		(simulated.retries ?? never)(attempt, status),
	);
	const simulated: SimulatedApi<A, Facts> = api({
		clock,
		post,
		webhooks,
	});
	const faults = openFaults();
	const requests: Asked[] = [];

	async function serve(request: IncomingMessage, response: ServerResponse) {
		const asked = await askedBy(request, clock());
		if (asked.path.startsWith("/_control"))
			return write(response, await control(simulator, simulated, asked));
		requests.push(asked);
		const answer = async () => simulated.answer(asked);
		const fault = faults.take(asked);
		const answered = fault
			? await misbehave(fault, response, answer)
			: await answer();
		asked.status = answered && (answered.status ?? 200);
		if (answered) write(response, answered);
	}

	const server = createServer((request, response) => {
		serve(request, response).catch((error) =>
			write(response, { status: 500, body: { error: String(error) } }),
		);
	}).listen(port, host);
	await once(server, "listening");
	const address = server.address();
	const url = `http://${host}:${typeof address === "object" ? address?.port : port}`;

	const simulator: Simulator<A, Facts> = {
		url,
		settings: simulated.settings(url),
		acts: simulated.acts,
		facts: simulated.facts,
		webhooks,
		faults,
		requests,
		async [Symbol.asyncDispose]() {
			const closed = once(server, "close");
			server.close();
			server.closeAllConnections();
			await closed;
		},
	};
	return simulator;
}

async function askedBy(request: IncomingMessage, at: Date): Promise<Asked> {
	const chunks: Buffer[] = [];
	for await (const chunk of request) chunks.push(chunk);
	const { pathname, searchParams } = new URL(request.url ?? "/", "http://here");
	const headers = Object.fromEntries(
		Object.entries(request.headers).map(([name, value]) => [
			name,
			String(value),
		]),
	);
	return {
		method: request.method ?? "GET",
		path: pathname,
		query: searchParams,
		headers,
		text: Buffer.concat(chunks).toString(),
		at,
	};
}

function write(response: ServerResponse, answer: SimulatedAnswer): void {
	const { status = 200, headers = {}, body } = answer;
	if (response.destroyed || response.headersSent) return;
	response.writeHead(status, {
		"content-type": "application/json",
		...headers,
	});
	response.end(typeof body === "string" ? body : JSON.stringify(body));
}
