import { createHash, createHmac, type Hash, type Hmac } from "node:crypto";
import { SignatureV4 } from "@smithy/signature-v4";
import * as z from "zod";
import { type Installation, only } from "../installation/installation.ts";
import { asTrouble, Trouble } from "../trouble.ts";

const Problem = z.object({
	title: z.string(),
	detail: z.string().optional(),
	errors: z
		.array(z.object({ field: z.string(), detail: z.string() }))
		.optional(),
});

export interface Asked {
	method: "GET" | "POST" | "DELETE";
	query?: Readonly<Record<string, string>>;
	body?: unknown;
	/** statuses beside 2xx that are answers */
	accepts?: readonly number[];
}

/** Asks the watches' own address as the person at the keyboard, signed as AWS wants it. */
export async function askWatches(
	installation: Installation,
	provider: string,
	{ method, query = {}, body, accepts = [] }: Asked,
): Promise<{ status: number; json: unknown }> {
	const { api } = only(installation, provider);
	const url = new URL(`${api}/watches/${provider}`);
	const text = body === undefined ? undefined : JSON.stringify(body);
	try {
		const { config } = installation.clients.ssm();
		const signer = new SignatureV4({
			service: "execute-api",
			region: await config.region(),
			credentials: await config.credentials(),
			sha256: Sha256,
		});
		const { headers } = await signer.sign({
			method,
			protocol: url.protocol,
			hostname: url.hostname,
			path: url.pathname,
			query: { ...query },
			headers: {
				host: url.host,
				...(text !== undefined && { "content-type": "application/json" }),
			},
			body: text,
		});
		url.search = new URLSearchParams(query).toString().replaceAll("+", "%20");
		const { host: _, ...sent } = headers;
		const response = await fetch(url, { method, headers: sent, body: text });
		const said = await response.text();
		if (response.ok || accepts.includes(response.status))
			return { status: response.status, json: said ? JSON.parse(said) : {} };
		throw refused(response.status, said);
	} catch (error) {
		throw asTrouble(error, "ask for the watches");
	}
}

function refused(status: number, said: string): Trouble {
	if (status === 403)
		return new Trouble("These credentials may not call the watches' address.");
	const problem = Problem.safeParse(parse(said)).data;
	const errors = problem?.errors?.map(
		({ field, detail }) => `${field}: ${detail}`,
	);
	const why = [problem?.title, problem?.detail, ...(errors ?? [])];
	return new Trouble(
		`It was refused (${status}): ${why.filter(Boolean).join("; ") || "no reason was given"}.`,
	);
}

function parse(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}

/** Node's own, as the signer wants it. */
class Sha256 {
	readonly #hash: Hash | Hmac;
	constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
		this.#hash =
			secret === undefined
				? createHash("sha256")
				: createHmac("sha256", bytesOf(secret));
	}
	update(chunk: string | ArrayBuffer | ArrayBufferView): void {
		this.#hash.update(bytesOf(chunk));
	}
	async digest(): Promise<Uint8Array> {
		return this.#hash.digest();
	}
	reset(): void {}
}

function bytesOf(chunk: string | ArrayBuffer | ArrayBufferView): Uint8Array {
	if (typeof chunk === "string") return Buffer.from(chunk);
	return ArrayBuffer.isView(chunk)
		? new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength)
		: new Uint8Array(chunk);
}
