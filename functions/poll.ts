import { setTimeout as pause } from "node:timers/promises";
import type { Context } from "aws-lambda";
import { openDynamoDb } from "./aws/dynamodb.ts";
import { openHttp } from "./aws/http.ts";
import { openInbox } from "./aws/inbox.ts";
import { openMemory } from "./aws/memory.ts";
import { openPayloads } from "./aws/payloads.ts";
import { openSettings } from "./aws/secrets.ts";
import { openWatches } from "./aws/watches.ts";
import { line } from "./line.ts";
import { runPoll } from "./polling/run.ts";
import type { RunSummary } from "./polling/tally.ts";
import type { Provider } from "./provider.ts";
import { apiSecret } from "./secret.ts";
import { readEnvironment } from "./settings.ts";

// of the time Lambda gives: until when requests are sent, and until when everything must be durable
const asking = 0.9;
const finishing = 0.95;

/** The function behind a provider's schedule: one run, which fetches what the webhooks failed to bring. */
export function pollHandler(provider: Provider) {
	const environment = readEnvironment(
		"BILLHOOK_STAGE",
		"BILLHOOK_INBOX",
		"BILLHOOK_WATCHES",
		"BILLHOOK_BUCKET",
		"BILLHOOK_SECRET",
		"BILLHOOK_RETENTION_DAYS",
	);
	const { BILLHOOK_WATCHES: table, BILLHOOK_STAGE: stage } = environment;
	const { poll } = provider;
	if (!poll) throw new Error(`${provider.name} has no poll.`);
	const retentionDays = environment.BILLHOOK_RETENTION_DAYS;
	const settings = openSettings({
		secret: environment.BILLHOOK_SECRET,
		shape: apiSecret(provider),
		// a run is rare, and what a person has just changed is to be tried
		keptSeconds: 0,
	});
	const inbox = openInbox({ table: environment.BILLHOOK_INBOX });
	const payloads = openPayloads({
		bucket: environment.BILLHOOK_BUCKET,
		provider: provider.name,
	});
	const client = openDynamoDb();
	const memory = openMemory({ table, client });
	const rules = poll.watches;
	const watches = rules && openWatches({ table, rules, retentionDays, client });
	const now = () => new Date();

	return async (_event: unknown, context: Context): Promise<RunSummary> => {
		const startedAt = now();
		const left = context.getRemainingTimeInMillis();
		const deadline = new Date(startedAt.getTime() + left * finishing);
		const stopAt = new Date(startedAt.getTime() + left * asking);
		using web = openHttp();
		const run = await runPoll({
			provider,
			settings,
			memory,
			watches,
			pause,
			stopAt,
			store: { inbox, payloads, now, deadline, retentionDays },
			http: web.http,
			random: Math.random,
		});
		const summary = complainingOf(run, settings.complaints());
		const ms = now().getTime() - startedAt.getTime();
		const fields = {
			function: "poll",
			requestId: context.awsRequestId,
			...summary,
			ms,
		};
		const metrics = metricsOf(summary);
		console.log(
			line({
				stage,
				provider: provider.name,
				now: startedAt,
				metrics,
				...fields,
			}),
		);
		return summary;
	};
}

function complainingOf(run: RunSummary, wrong: readonly string[]): RunSummary {
	if (wrong.length === 0) return run;
	return { ...run, settings: [...(run.settings ?? []), ...wrong] };
}

function metricsOf(summary: RunSummary): Record<string, number> {
	return {
		Polled: summary.observed,
		Recovered: summary.recovered,
		Known: summary.known,
		Stale: summary.stale,
		PollFailed: summary.failed,
		WatchExpired: summary.expired,
		Configuration: summary.settings ? 1 : 0,
		BreakerOpened: summary.breakerOpened ? 1 : 0,
	};
}
