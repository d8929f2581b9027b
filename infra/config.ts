import { ConfigurationError } from "./configuration-error.ts";
import type { BillhookProps } from "./props.ts";

/** What holds in every stage. This file is yours to edit; `npx cdk diff` shows what a change would do. */
const everywhere: BillhookProps = {
	// which providers, by their folder's name, each with options of its own; absent: all there are
	// providers: { one: {}, another: { pollEveryMinutes: 30 } },

	// for so long an event that comes again is known
	retentionDays: 400,

	// alarms ring here; confirm the subscription that the first deploy mails
	// alarmEmail: "on-call@example.com",

	memoryMb: { webhook: 1024, forward: 512, poll: 512, watch: 512 },
};

/** The stages that `-c stage=…` may name, and what is different there. */
const stages: Readonly<Record<string, BillhookProps>> = {
	prod: {},
	// destroyed without a trace
	dev: { retain: false },
	// what `npm start` runs on this machine
	local: {},
};

/** The configuration of a stage; "prod" unless one is named. */
export function configFor(stage = "prod"): BillhookProps {
	const own = stages[stage];
	if (!own)
		throw new ConfigurationError(
			`There is no stage "${stage}"; infra/config.ts has ${Object.keys(stages).join(", ")}. Add it there, or name one of them with -c stage=…`,
		);
	return { ...everywhere, ...own, stage };
}
