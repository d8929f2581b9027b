import { GetMetricDataCommand } from "@aws-sdk/client-cloudwatch";
import {
	GetQueueAttributesCommand,
	QueueDoesNotExist,
} from "@aws-sdk/client-sqs";
import * as z from "zod";
import { type Installation, only } from "./installation.ts";

/** How many messages there are, about. */
export interface Counts {
	/** not received yet */
	ready: number;
	/** with a consumer that has not deleted them */
	underWay: number;
}

/** What waits on a provider's queue, as far as that can be told without receiving from it. */
export interface Waiting extends Counts {
	/** when the oldest of all of them was sent; undefined where nobody knows */
	oldest?: Date;
}

/** Looks at a provider's queue from outside: its counts, and how old its oldest message is; undefined where there is no such queue. */
export async function lookAtQueue(
	installation: Installation,
	provider: string,
): Promise<Waiting | undefined> {
	const { folder } = installation;
	const { events } = only(installation, provider).queues;
	const counts = await countsOf(installation, events);
	if (!counts || counts.ready + counts.underWay === 0) return counts;
	const oldest =
		folder === undefined
			? await oldestByMetric(installation, events)
			: await oldestInEngine(events);
	return { ...counts, oldest };
}

/** As SQS counts; undefined where there is no such queue. */
export async function countsOf(
	{ clients }: Installation,
	queueUrl: string,
): Promise<Counts | undefined> {
	const command = new GetQueueAttributesCommand({
		QueueUrl: queueUrl,
		AttributeNames: [
			"ApproximateNumberOfMessages",
			"ApproximateNumberOfMessagesNotVisible",
		],
	});
	try {
		const { Attributes = {} } = await clients.sqs().send(command);
		return {
			ready: Number(Attributes.ApproximateNumberOfMessages),
			underWay: Number(Attributes.ApproximateNumberOfMessagesNotVisible),
		};
	} catch (error) {
		if (error instanceof QueueDoesNotExist) return undefined;
		throw error;
	}
}

const minuteMs = 60_000;

/** SQS itself does not say it: CloudWatch does, some minutes late. */
async function oldestByMetric(
	{ clients }: Installation,
	queueUrl: string,
): Promise<Date | undefined> {
	const now = Date.now();
	const { MetricDataResults: [found] = [] } = await clients.metrics().send(
		new GetMetricDataCommand({
			StartTime: new Date(now - 15 * minuteMs),
			EndTime: new Date(now),
			ScanBy: "TimestampDescending",
			MetricDataQueries: [
				{
					Id: "age",
					MetricStat: {
						Metric: {
							Namespace: "AWS/SQS",
							MetricName: "ApproximateAgeOfOldestMessage",
							Dimensions: [
								{ Name: "QueueName", Value: queueUrl.split("/").at(-1) },
							],
						},
						Period: 60,
						Stat: "Maximum",
					},
				},
			],
		}),
	);
	const [at] = found?.Timestamps ?? [];
	const [ageSeconds] = found?.Values ?? [];
	if (!at || ageSeconds === undefined) return undefined;
	return new Date(at.getTime() - ageSeconds * 1000);
}

const Message = z.object({ body: z.string(), sentTimestamp: z.number() });
const Inspected = z.object({
	messages: z.object({
		ready: z.array(Message),
		delayed: z.array(Message),
		inflight: z.array(z.object({ message: Message })),
	}),
});

/** What lies in a queue of the local engine, which shows it as it is. */
export async function inEngine(
	queueUrl: string,
): Promise<z.output<typeof Message>[]> {
	const { origin, pathname } = new URL(queueUrl);
	const name = pathname.split("/").at(-1);
	const answer = await fetch(`${origin}/_fauxqs/queues/${name}`);
	const { messages } = Inspected.parse(await answer.json());
	return [
		...messages.ready,
		...messages.delayed,
		...messages.inflight.map(({ message }) => message),
	];
}

async function oldestInEngine(queueUrl: string): Promise<Date | undefined> {
	const sent = (await inEngine(queueUrl)).map((one) => one.sentTimestamp);
	return sent.length > 0 ? new Date(Math.min(...sent)) : undefined;
}
