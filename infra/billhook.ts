import { RemovalPolicy } from "aws-cdk-lib";
import type { HttpApi } from "aws-cdk-lib/aws-apigatewayv2";
import { Grant, type IGrantable } from "aws-cdk-lib/aws-iam";
import type { RetentionDays } from "aws-cdk-lib/aws-logs";
import type { Bucket } from "aws-cdk-lib/aws-s3";
import type { Topic } from "aws-cdk-lib/aws-sns";
import type { IQueue } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import { loadBundles } from "./build/bundle.ts";
import { checkOptions } from "./options.ts";
import { type House, Room } from "./provider/resources.ts";
import { raiseRoomAlarms, raiseSharedAlarms } from "./stack/alarms.ts";
import { Api } from "./stack/api.ts";
import { openBucket } from "./stack/bucket.ts";
import { openDashboard } from "./stack/dashboard.ts";
import { writeOutputs } from "./stack/outputs.ts";
import { openAlarmTopic } from "./stack/topic.ts";
import { openWatch } from "./stack/watch-function.ts";

export interface ProviderOptions {
	/** how often its API is asked for what its webhooks failed to bring; the provider's own rate by default */
	pollEveryMinutes?: number;
	/** spreads a poll's start over so many minutes; 0, the default, starts on time */
	pollWindowMinutes?: number;
}

export interface BillhookProps {
	/** tells installations in one account apart, in secrets' names and metrics; "prod" by default */
	stage?: string;
	/** the providers to take webhooks from; all that are known by default */
	providers?: Readonly<Record<string, ProviderOptions>>;
	/** how long an event is remembered: within it, the same event comes once; 35 by default */
	retentionDays?: number;
	/** keeps tables, queues, bucket and logs when they leave the stack; true by default. False destroys all of it without a trace */
	retain?: boolean;
	/** where alarms are sent; without one they ring on `alarmTopic` only */
	alarmEmail?: string;
	/** a month by default */
	logRetention?: RetentionDays;
	memoryMb?: Partial<House["memoryMb"]>;
}

// a function's share of a processor grows with its memory
const memoryMb = { webhook: 1024, forward: 512, poll: 512, watch: 512 };

/** A webhook inbox for documents and money: every provider's room, and what they share. */
export class Billhook extends Construct {
	readonly stage: string;
	readonly api: HttpApi;
	readonly bucket: Bucket;
	readonly alarmTopic: Topic;
	readonly rooms: readonly Room[];

	constructor(scope: Construct, id: string, props: BillhookProps = {}) {
		super(scope, id);
		const { chosen, ...options } = checkOptions(props);
		const { stage, retain, logRetention } = options;
		const removalPolicy = retain ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY;
		this.stage = stage;
		this.bucket = openBucket(this, "Bucket", { ...options, removalPolicy });
		const house: House = {
			...options,
			removalPolicy,
			memoryMb: { ...memoryMb, ...props.memoryMb },
			bucket: this.bucket,
			code: loadBundles(
				this,
				chosen.map(({ provider }) => provider),
			),
		};
		this.rooms = chosen.map(
			(options) => new Room(this, options.provider.name, { ...options, house }),
		);
		const watch = openWatch(this, "Watch", { house, rooms: this.rooms });
		const api = new Api(this, "Api", {
			stage,
			rooms: this.rooms,
			watch,
			logRetention,
			removalPolicy,
		});
		this.api = api.http;
		this.alarmTopic = openAlarmTopic(this, "AlarmTopic", {
			stage,
			email: props.alarmEmail,
		});
		for (const room of this.rooms)
			raiseRoomAlarms(room, stage, this.alarmTopic);
		raiseSharedAlarms(this, { stage, api, topic: this.alarmTopic, watch });
		openDashboard(this, "Dashboard", { stage, api, rooms: this.rooms });
		writeOutputs(this);
	}

	/** The room of a provider; throws where there is none. */
	room(provider: string): Room {
		const room = this.rooms.find((room) => room.provider.name === provider);
		if (room) return room;
		const names = this.rooms.map((room) => room.provider.name);
		throw new Error(
			`There is no provider "${provider}" here; there are ${names.join(", ")}.`,
		);
	}

	/** The queue on which a provider's events reach their consumers. */
	queue(provider: string): IQueue {
		return this.room(provider).queue;
	}

	/** Lets someone consume a provider's events, and fetch the bodies that were too large for the queue. */
	grantConsume(provider: string, grantee: IGrantable): Grant {
		const { queue } = this.room(provider);
		const bodies = Grant.addToPrincipalOrResource({
			grantee,
			actions: ["s3:GetObject"],
			resourceArns: [this.bucket.arnForObjects(`${provider}/*`)],
			resource: this.bucket,
		});
		return queue.grantConsumeMessages(grantee).combine(bodies);
	}
}
