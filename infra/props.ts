import type { RetentionDays } from "aws-cdk-lib/aws-logs";
import type { Installation } from "./installation.ts";

export interface ProviderOptions {
	/** how often its API is asked for what its webhooks failed to bring; the provider's own rate by default */
	pollEveryMinutes?: number;
	/** spreads a poll's start over so many minutes; 0, the default, starts on time */
	pollWindowMinutes?: number;
}

export interface BillhookProps {
	/** tells installations in one account apart, in parameters and metrics; "prod" by default */
	stage?: string;
	/** the providers to take webhooks from; all that are known by default */
	providers?: Readonly<Record<string, ProviderOptions>>;
	/** how long an event is remembered: within it, the same event comes once; 400 by default, and less is warned of */
	retentionDays?: number;
	/** keeps tables, queues, secrets, bucket and logs when they leave the stack; true by default. False destroys all of it without a trace */
	retain?: boolean;
	/** where alarms are sent; without one they ring on `alarmTopic` only */
	alarmEmail?: string;
	/** a month by default */
	logRetention?: RetentionDays;
	memoryMb?: Partial<Installation["memoryMb"]>;
}
