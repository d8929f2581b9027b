import {
	Annotations,
	Fn,
	RemovalPolicy,
	Stack,
	Validations,
} from "aws-cdk-lib";
import type {
	DomainName,
	HttpApi,
	HttpStage,
} from "aws-cdk-lib/aws-apigatewayv2";
import type { Alarm, Dashboard } from "aws-cdk-lib/aws-cloudwatch";
import { Grant, type IGrantable } from "aws-cdk-lib/aws-iam";
import type { IKey } from "aws-cdk-lib/aws-kms";
import type { EventSourceMapping, IFunction } from "aws-cdk-lib/aws-lambda";
import type { ILogGroup } from "aws-cdk-lib/aws-logs";
import type { Bucket } from "aws-cdk-lib/aws-s3";
import type { ITopic } from "aws-cdk-lib/aws-sns";
import type { IQueue } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import { acknowledged } from "./acknowledged.ts";
import { loadBundles } from "./build/bundle.ts";
import type { ChosenProvider } from "./chosen.ts";
import { ConfigurationError } from "./configuration-error.ts";
import { grantWatches, mapQueue } from "./consumer.ts";
import type { Installation } from "./installation.ts";
import { openKey } from "./key.ts";
import { openPollNetwork } from "./network.ts";
import { checkOptions, usualRetentionDays } from "./options.ts";
import type { BillhookProps } from "./props.ts";
import { ProviderResources } from "./provider/resources.ts";
import { Api } from "./stack/api.ts";
import { openBucket } from "./stack/bucket.ts";
import { openDashboard } from "./stack/dashboard.ts";
import { grantOperate, type OperateOptions } from "./stack/operate.ts";
import { openParameter } from "./stack/parameter.ts";
import { raiseProviderAlarms } from "./stack/provider-alarms.ts";
import { raiseSharedAlarms } from "./stack/shared-alarms.ts";
import { openAlarmTopic } from "./stack/topic.ts";
import { openWatch } from "./stack/watch-function.ts";

export type {
	BillhookProps,
	Domain,
	MemorySize,
	ProviderOptions,
	ReservedConcurrency,
	Throttle,
} from "./props.ts";
export type { OperateOptions } from "./stack/operate.ts";

/** A webhook inbox for documents and money: every provider's resources, and what they share. */
export class Billhook extends Construct {
	readonly stage: string;
	readonly api: HttpApi;
	readonly apiStage: HttpStage;
	/** where there is a domain */
	readonly domainName?: DomainName;
	/** where webhooks come in, without a slash at the end */
	readonly url: string;
	readonly bucket: Bucket;
	/** what came to the address, a line a request */
	readonly accessLog: ILogGroup;
	readonly alarmTopic: ITopic;
	readonly alarms: readonly Alarm[];
	readonly dashboard: Dashboard;
	readonly providers: readonly ProviderResources[];
	/** where everything that is kept is encrypted with a key of yours */
	readonly encryptionKey?: IKey;

	readonly #consumed = new Set<string>();

	constructor(scope: Construct, id: string, props: BillhookProps = {}) {
		super(scope, id);
		const { chosen, ...options } = checkOptions(props);
		const { stage, retain, logRetention, encryptionKey } = options;
		Validations.of(this).acknowledge(...acknowledged);
		warnOfShortRetention(this, options.retentionDays);
		// what a failed creation has made is empty, and goes with it
		const removalPolicy = retain
			? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE
			: RemovalPolicy.DESTROY;
		this.stage = stage;
		this.encryptionKey = encryptionKey;
		if (encryptionKey)
			openKey(this, encryptionKey, {
				policyIsMine: props.keyPolicyIsMine ?? false,
				sealsTopic: !props.alarmTopic,
			});
		// read where the template runs on somebody's own machine; no part of it
		this.node.addMetadata("billhook:installation", foldersOf(chosen));
		this.bucket = openBucket(this, "Bucket", { ...options, removalPolicy });
		const installation: Installation = {
			...options,
			removalPolicy,
			subjectKey: stackUuid(this),
			pollNetwork: openPollNetwork(this, "PollSecurityGroup", props),
			bucket: this.bucket,
			code: loadBundles(this, chosen),
		};
		this.providers = chosen.map(
			(options) =>
				new ProviderResources(this, options.provider.name, {
					...options,
					installation,
				}),
		);
		const watch = openWatch(this, "Watch", {
			installation,
			providers: this.providers,
		});
		const api = new Api(this, "Api", {
			stage,
			providers: this.providers,
			watch,
			logRetention,
			removalPolicy,
			logSenders: options.logSenders,
			encryptionKey,
			domain: options.domain,
			throttle: options.throttle,
		});
		this.api = api.http;
		this.accessLog = api.accessLog;
		this.apiStage = api.stage;
		this.domainName = api.domainName;
		this.url = api.url;
		this.alarmTopic = openAlarmTopic(this, "AlarmTopic", {
			stage,
			topic: props.alarmTopic,
			email: props.alarmEmail,
			encryptionKey,
		});
		for (const resources of this.providers)
			openParameter(resources, {
				stage,
				apiUrl: this.url,
				bucket: this.bucket.bucketName,
				subjectKey: installation.subjectKey,
			});
		const rings = { stage, topic: this.alarmTopic };
		this.alarms = [
			...this.providers.flatMap((resources) =>
				raiseProviderAlarms(resources, rings),
			),
			...raiseSharedAlarms(this, {
				...rings,
				api,
				throttle: options.throttle,
				providers: this.providers,
				watch,
			}),
		];
		this.dashboard = openDashboard(this, "Dashboard", {
			stage,
			api,
			providers: this.providers,
			alarms: this.alarms,
		});
	}

	/** The resources of a provider; throws where there is none. */
	provider(name: string): ProviderResources {
		const found = this.providers.find(({ provider }) => provider.name === name);
		if (found) return found;
		const names = this.providers.map(({ provider }) => provider.name);
		throw new ConfigurationError({
			id: "billhook:unknown-provider",
			says: `there is no provider "${name}" here; there are ${names.join(", ")}.`,
		});
	}

	/** The queue on which a provider's events reach their consumers. */
	queue(provider: string): IQueue {
		return this.provider(provider).queue;
	}

	/** Lets someone consume a provider's events, and fetch the bodies that were too large for the queue. */
	grantConsume(provider: string, grantee: IGrantable): Grant {
		const { queue } = this.provider(provider);
		const bodies = Grant.addToPrincipalOrResource({
			grantee,
			actions: ["s3:GetObject"],
			resourceArns: [this.bucket.arnForObjects(`${provider}/*`)],
			resource: this.bucket,
		});
		const grant = queue.grantConsumeMessages(grantee).combine(bodies);
		return this.encryptionKey
			? grant.combine(this.encryptionKey.grantDecrypt(grantee))
			: grant;
	}

	/** Lets someone run the command line on this installation: to look, or to act as well. */
	grantOperate(grantee: IGrantable, options: OperateOptions = {}): Grant {
		return grantOperate(
			grantee,
			{
				stage: this.stage,
				providers: this.providers,
				bucket: this.bucket,
				api: this.api,
				accessLog: this.accessLog,
				encryptionKey: this.encryptionKey,
			},
			options,
		);
	}

	/** Lets someone call `/watches` for a provider that can be polled by what one watches. */
	grantWatch(provider: string, grantee: IGrantable): Grant {
		return grantWatches(this.api, this.provider(provider), grantee);
	}

	/** Gives a provider's events to a function, once a provider: two would each get some of them. */
	onEvent(provider: string, fn: IFunction): EventSourceMapping {
		const resources = this.provider(provider);
		if (this.#consumed.has(provider))
			throw new ConfigurationError({
				id: "billhook:two-consumers",
				says: `the events of ${provider} are given to a function already, and a second would take some of them away from it. Let the first pass them on.`,
			});
		const mapping = mapQueue(resources, fn);
		this.#consumed.add(provider);
		this.grantConsume(provider, fn);
		return mapping;
	}
}

/** Of a stack's ARN the part that nobody chooses: its own as long as it lives. */
function stackUuid(scope: Construct): string {
	return Fn.select(2, Fn.split("/", Stack.of(scope).stackId));
}

function foldersOf(chosen: readonly ChosenProvider[]): object {
	return Object.fromEntries(
		chosen.flatMap(({ provider, folder }) =>
			folder === undefined ? [] : [[provider.name, folder]],
		),
	);
}

function warnOfShortRetention(scope: Construct, days: number): void {
	if (days >= usualRetentionDays) return;
	Annotations.of(scope).addWarningV2(
		"billhook:short-retention",
		`Events are remembered for ${days} days only. A list that shows a whole document when one thing of it changes, such as an invoice that is paid later than that, has the rest of it told again as new events. The default is ${usualRetentionDays}.`,
	);
}
