import type { Metric, MetricOptions } from "aws-cdk-lib/aws-cloudwatch";
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
import { countedBy } from "./counted.ts";
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

	readonly #stage: string;

	constructor(scope: Construct, id: string, options: ProviderResourcesOptions) {
		super(scope, id);
		const { provider, installation } = options;
		this.provider = provider;
		this.#stage = installation.stage;
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

	/** Requests that the provider itself has sent, whatever became of them. */
	metricDelivered(options?: MetricOptions): Metric {
		return this.#counted("Delivered", options);
	}

	/** Events taken on, by webhook or by poll. */
	metricRecorded(options?: MetricOptions): Metric {
		return this.#counted("Recorded", options);
	}

	/** Deliveries of an event that was known. */
	metricDuplicate(options?: MetricOptions): Metric {
		return this.#counted("Duplicate", options);
	}

	/** Deliveries that asked for something to be polled for. */
	metricWatching(options?: MetricOptions): Metric {
		return this.#counted("Watching", options);
	}

	/** Deliveries and rows that could not be read, or contradict an earlier one. */
	metricQuarantined(options?: MetricOptions): Metric {
		return this.#counted("Quarantined", options);
	}

	/** Deliveries kept in quarantine because they look like a late retry. */
	metricReturned(options?: MetricOptions): Metric {
		return this.#counted("Returned", options);
	}

	/** Requests of strangers, with other methods, or too large. */
	metricRefused(options?: MetricOptions): Metric {
		return this.#counted("Refused", options);
	}

	/** Requests answered 503, by a fault of ours. */
	metricUnavailable(options?: MetricOptions): Metric {
		return this.#counted("Unavailable", options);
	}

	/** Events handed to the queue. */
	metricForwarded(options?: MetricOptions): Metric {
		return this.#counted("Forwarded", options);
	}

	/** Events that could not be forwarded for good: they are in the bucket. */
	metricForwardFailed(options?: MetricOptions): Metric {
		return this.#counted("ForwardFailed", options);
	}

	/** Runs of the poll that had credentials to ask with. */
	metricPollRan(options?: MetricOptions): Metric {
		return this.#counted("PollRan", options);
	}

	/** What the poll was told by the provider's API. */
	metricPolled(options?: MetricOptions): Metric {
		return this.#counted("Polled", options);
	}

	/** Events that only the poll brought. */
	metricRecovered(options?: MetricOptions): Metric {
		return this.#counted("Recovered", options);
	}

	/** What the poll was told and a webhook had brought. */
	metricKnown(options?: MetricOptions): Metric {
		return this.#counted("Known", options);
	}

	/** What the poll was told too soon after a change to be sure of, or too late. */
	metricStale(options?: MetricOptions): Metric {
		return this.#counted("Stale", options);
	}

	/** Runs of the poll that failed. */
	metricPollFailed(options?: MetricOptions): Metric {
		return this.#counted("PollFailed", options);
	}

	/** Watches that reached their deadline and nothing had come. */
	metricWatchExpired(options?: MetricOptions): Metric {
		return this.#counted("WatchExpired", options);
	}

	/** How often the poll left an API alone because it failed too often. */
	metricBreakerOpened(options?: MetricOptions): Metric {
		return this.#counted("BreakerOpened", options);
	}

	/** Runs that found a setting wrong, or refused by the API. */
	metricConfiguration(options?: MetricOptions): Metric {
		return this.#counted("Configuration", options);
	}

	#counted(name: string, options?: MetricOptions): Metric {
		const by = { stage: this.#stage, provider: this.provider.name };
		return countedBy(by, name, options);
	}
}
