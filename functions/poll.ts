import { setTimeout as pause } from "node:timers/promises";
import type { Context } from "aws-lambda";
import { withPatience } from "./aws/dynamodb.ts";
import { openHttp } from "./aws/http.ts";
import { openInbox } from "./aws/inbox.ts";
import { writeLines } from "./aws/log.ts";
import { openMemory } from "./aws/memory.ts";
import { openPayloads } from "./aws/payloads.ts";
import { openDynamoDb } from "./aws/sdk/dynamodb.ts";
import { openS3 } from "./aws/sdk/s3.ts";
import { openSecretsManager } from "./aws/sdk/secrets-manager.ts";
import { openSettings } from "./aws/secrets.ts";
import { openWatches } from "./aws/watches/watches.ts";
import { linesOf } from "./log/line.ts";
import { sayEvent, sayKept } from "./log/say.ts";
import { runPoll } from "./polling/run.ts";
import type { RunSummary } from "./polling/tally.ts";
import type { Provider } from "./provider.ts";
import { apiSecret } from "./secret.ts";
import { readEnvironment } from "./settings.ts";

// of the time Lambda gives: until when requests are sent, and until when everything must be durable
const asking = 0.9;
const finishing = 0.95;

/** What a run did, and the first events that it brought. */
export type Answered = Counts & {
	events?: { type: string; id?: string; subject: string }[];
};

/** The function behind a provider's schedule: one run, which fetches what the webhooks failed to bring. */
export function pollHandler(provider: Provider) {
	const environment = readEnvironment(
		"BILLHOOK_STAGE",
		"BILLHOOK_INBOX",
		"BILLHOOK_WATCHES",
		"BILLHOOK_BUCKET",
		"BILLHOOK_SECRET",
		"BILLHOOK_RETENTION_DAYS",
		"BILLHOOK_SUBJECT_KEY",
	);
	const { BILLHOOK_WATCHES: table, BILLHOOK_STAGE: stage } = environment;
	const subjectKey = environment.BILLHOOK_SUBJECT_KEY;
	const { poll } = provider;
	if (!poll) throw new Error(`${provider.name} has no poll.`);
	const retentionDays = environment.BILLHOOK_RETENTION_DAYS;
	const settings = openSettings({
		secret: environment.BILLHOOK_SECRET,
		shape: apiSecret(provider),
		// a run is rare, and what a person has just changed is to be tried
		keptSeconds: 0,
		getSecret: openSecretsManager(),
	});
	const client = openDynamoDb();
	const inbox = openInbox({
		table: environment.BILLHOOK_INBOX,
		dynamodb: client,
	});
	const payloads = openPayloads({
		bucket: environment.BILLHOOK_BUCKET,
		provider: provider.name,
		s3: openS3(),
	});
	const dynamodb = withPatience(client);
	const memory = openMemory({ table, dynamodb });
	const rules = poll.watches;
	const watches =
		rules && openWatches({ table, rules, retentionDays, dynamodb });
	const now = () => new Date();

	return async (_event: unknown, context: Context): Promise<Answered> => {
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
		const { events, quarantined, ...counts } = run;
		const summary = complainingOf(counts, settings.complaints());
		const brought = events?.map((event) => sayEvent(event, subjectKey));
		const lines = linesOf({
			stage,
			provider: provider.name,
			now: startedAt,
			metrics: metricsOf(summary),
			said: {
				function: "poll",
				requestId: context.awsRequestId,
				...summary,
				ms: now().getTime() - startedAt.getTime(),
				...(brought && { events: brought }),
				...(quarantined && { quarantined: quarantined.map(sayKept) }),
			},
		});
		writeLines(lines);
		return {
			...summary,
			...(brought && { events: brought.slice(0, eventsAnswered) }),
		};
	};
}

// what a run answers, somebody reads
const eventsAnswered = 100;

type Counts = Omit<RunSummary, "events" | "quarantined">;

function complainingOf(run: Counts, wrong: readonly string[]): Counts {
	if (wrong.length === 0) return run;
	return { ...run, settings: [...(run.settings ?? []), ...wrong] };
}

function metricsOf(summary: Counts): Record<string, number> {
	return {
		PollRan: 1,
		Polled: summary.observed,
		Recorded: summary.recovered,
		Recovered: summary.recovered,
		Known: summary.known,
		Stale: summary.stale,
		// while the breaker is open nothing is asked that could fail
		PollFailed: summary.failed || (summary.stopped === "breaker" ? 1 : 0),
		WatchExpired: summary.expired,
		Configuration: summary.settings ? 1 : 0,
		BreakerOpened: summary.breakerOpened ? 1 : 0,
	};
}
