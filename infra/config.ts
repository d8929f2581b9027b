import { Duration, RemovalPolicy } from "aws-cdk-lib";
import { ConfigurationError } from "./configuration-error.ts";
import type { BillhookStackProps } from "./stack.ts";

/** What holds in every stage. This file is yours to edit; docs/options.md has each option, `npx cdk diff` shows what a change would do. */
const everywhere: BillhookStackProps = {
	// which providers, by their folder's name, each with options of its own; absent: all but those that are only available
	// providers: { one: {}, another: { pollEvery: Duration.minutes(30) } },

	// for so long an event that comes again is known
	retention: Duration.days(400),

	// alarms ring here; confirm the subscription that the first deploy mails
	// alarmEmail: "on-call@example.com",

	memorySize: { webhook: 768, forward: 512, poll: 512, watch: 512 },
};

/** The stages that `-c stage=…` may name, and what is different there. */
const stages: Readonly<Record<string, BillhookStackProps>> = {
	prod: {},
	// destroyed without a trace
	dev: { removalPolicy: RemovalPolicy.DESTROY },
	// what `npm start` runs on this machine
	local: {},
};

/** The configuration of a stage; "prod" unless one is named. */
export function configFor(stage = "prod"): BillhookStackProps {
	const own = Object.hasOwn(stages, stage) ? stages[stage] : undefined;
	if (!own)
		throw new ConfigurationError({
			id: "billhook:unknown-stage",
			says: `there is no stage "${stage}"; infra/config.ts has ${Object.keys(stages).join(", ")}. Add it there, or name one of them with -c stage=…`,
		});
	return { ...everywhere, ...own, stage };
}
