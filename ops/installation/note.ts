import { randomUUID } from "node:crypto";
import { appendFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import {
	CreateLogStreamCommand,
	PutLogEventsCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import type { OperatorLine } from "../../functions/log/logged.ts";
import { asTrouble } from "../trouble.ts";
import { type Installation, only } from "./installation.ts";
import { filesIn } from "./log.ts";

export type Note = (
	provider: string,
	did: OperatorLine["did"],
	ids: readonly string[],
) => Promise<void>;

/** Writes into the functions' log what a person has sent again, so that `why` tells it. */
export function openNotes({
	installation,
	onTrouble,
	now = () => new Date(),
}: {
	installation: Installation;
	/** told once why it could not be noted, which stops nothing */
	onTrouble: (message: string) => void;
	now?: () => Date;
}): Note {
	const { folder, stage, clients } = installation;
	const requestId = randomUUID();
	let isTold = false;
	const streams = new Map<string, Promise<unknown>>();

	async function put(provider: string, text: string): Promise<void> {
		if (folder !== undefined) {
			const log = join(folder, "log");
			mkdirSync(log, { recursive: true, mode: 0o700 });
			const file =
				filesIn(log).at(-1) ??
				`${now().toISOString().replaceAll(":", "-")}.jsonl`;
			return appendFileSync(join(log, file), `${text}\n`, { mode: 0o600 });
		}
		const { log: logGroupName } = only(installation, provider);
		const logStreamName = `operator/${requestId}`;
		const stream =
			streams.get(provider) ??
			clients
				.logs()
				.send(new CreateLogStreamCommand({ logGroupName, logStreamName }));
		streams.set(provider, stream);
		await stream;
		await clients.logs().send(
			new PutLogEventsCommand({
				logGroupName,
				logStreamName,
				logEvents: [{ timestamp: now().getTime(), message: text }],
			}),
		);
	}

	return async (provider, did, ids) => {
		if (ids.length === 0) return;
		const line: OperatorLine = {
			function: "operator",
			Stage: stage,
			Provider: provider,
			time: now().toISOString(),
			requestId,
			did,
			events: ids.map((id) => ({ id })),
		};
		try {
			await put(provider, JSON.stringify(line));
		} catch (error) {
			const trouble = asTrouble(error, "write into the log");
			const why = trouble instanceof Error ? trouble.message : String(trouble);
			if (!isTold) onTrouble(`why will not tell of this: ${why}`);
			isTold = true;
		}
	};
}
