import type { TableV2 } from "aws-cdk-lib/aws-dynamodb";
import type {
	EventSourceMapping,
	Function as LambdaFunction,
} from "aws-cdk-lib/aws-lambda";
import { LogGroup } from "aws-cdk-lib/aws-logs";
import type { Secret } from "aws-cdk-lib/aws-secretsmanager";
import type { Queue } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import type { Provider } from "../../functions/provider.ts";
import type { Installation } from "../installation.ts";
import type {
	ProviderOptions,
	ReservedConcurrency,
	Throttle,
} from "../props.ts";
import { openForward, openPoll, openWebhook } from "./functions.ts";
import { openQueues } from "./queues.ts";
import { openSchedule } from "./schedule.ts";
import { openApiSecret, openWebhookSecret } from "./secrets.ts";
import { openStream } from "./stream.ts";
import { openInboxTable, openWatchesTable } from "./tables.ts";

export interface ProviderResourcesOptions extends ProviderOptions {
	provider: Provider;
	installation: Installation;
}

/**
 * What one provider needs, reachable by its own functions only. A provider that leaves the configuration leaves
 * its tables, queues and secrets behind, if they are retained; one that comes back gets new ones, and a new token.
 */
export class ProviderResources extends Construct {
	readonly provider: Provider;
	readonly inbox: TableV2;
	readonly watches?: TableV2;
	readonly queue: Queue;
	readonly deadLetterQueue: Queue;
	readonly webhookSecret: Secret;
	/** where there is a poll */
	readonly apiSecret?: Secret;
	/** of all its functions: one place shows an event's whole way */
	readonly log: LogGroup;
	readonly webhook: LambdaFunction;
	readonly forward: LambdaFunction;
	readonly stream: EventSourceMapping;
	readonly poll?: LambdaFunction;
	readonly reservedConcurrency: ReservedConcurrency;
	/** how many requests its route lets through, where that is said */
	readonly throttle?: Throttle;
	/** how often the poll runs, where there is one, and over how long its start is spread */
	readonly pollEveryMinutes?: number;
	readonly pollWindowMinutes: number;
	/** how often a delivery is expected, where that is said */
	readonly expectEveryHours?: number;

	constructor(scope: Construct, id: string, options: ProviderResourcesOptions) {
		super(scope, id);
		const { provider, installation } = options;
		this.provider = provider;
		this.reservedConcurrency = options.reservedConcurrency ?? {};
		this.throttle = options.throttle;
		this.expectEveryHours = options.expectEvery?.toHours();
		this.pollWindowMinutes = options.pollWindow?.toMinutes() ?? 0;
		this.inbox = openInboxTable(this, "Inbox", installation);
		const { queue, deadLetterQueue } = openQueues(this, installation);
		this.queue = queue;
		this.deadLetterQueue = deadLetterQueue;
		const { stage, logRetention, removalPolicy, encryptionKey } = installation;
		const secret = {
			stage,
			provider: provider.name,
			removalPolicy,
			encryptionKey,
		};
		this.webhookSecret = openWebhookSecret(this, "WebhookSecret", secret);
		this.log = new LogGroup(this, "Log", {
			retention: logRetention,
			removalPolicy,
			encryptionKey,
		});
		if (provider.poll) {
			this.watches = openWatchesTable(this, "Watches", installation);
			this.apiSecret = openApiSecret(this, "ApiSecret", secret);
		}
		this.webhook = openWebhook(this, installation);
		this.forward = openForward(this, installation);
		this.stream = openStream(this, "Stream", {
			inbox: this.inbox,
			forward: this.forward,
			bucket: installation.bucket,
		});
		if (!provider.poll || !this.watches || !this.apiSecret) return;
		this.poll = openPoll(
			this,
			{ watches: this.watches, apiSecret: this.apiSecret },
			installation,
		);
		this.pollEveryMinutes =
			options.pollEvery?.toMinutes() ?? provider.poll.everyMinutes;
		openSchedule(this, "Schedule", {
			target: this.poll,
			description: `Billhook: asks ${provider.name} for what its webhooks failed to bring`,
			everyMinutes: this.pollEveryMinutes,
			windowMinutes: options.pollWindow?.toMinutes() ?? 0,
		});
	}
}
