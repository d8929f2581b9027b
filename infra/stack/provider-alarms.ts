import { Duration } from "aws-cdk-lib";
import type { Alarm } from "aws-cdk-lib/aws-cloudwatch";
import type { ITopic } from "aws-cdk-lib/aws-sns";
import { Construct } from "constructs";
import { countedBy } from "../provider/counted.ts";
import type { ProviderResources } from "../provider/resources.ts";
import { type Ring, ringer, weekMinutes } from "./alarm.ts";
import { calculate, ofStream } from "./metrics.ts";

const quarterMs = 15 * 60_000;
const hourSeconds = 3600;

export interface ProviderAlarmsOptions {
	stage: string;
	topic: ITopic;
}

/** The alarms of one provider. */
export function raiseProviderAlarms(
	resources: ProviderResources,
	{ stage, topic }: ProviderAlarmsOptions,
): Alarm[] {
	const { name: provider } = resources.provider;
	const scope = new Construct(resources, "Alarms");
	const ring = ringer(scope, { stage, provider, topic });
	const raise = [takenOn, forwarded, flowing, consumed, polled, heard];
	return raise.flatMap((about) => about(resources, stage, ring));
}

type Raise = (
	resources: ProviderResources,
	stage: string,
	ring: Ring,
) => Alarm[];

/** How commands are typed for this provider. */
function typed({ provider: { name } }: ProviderResources, stage: string) {
	return {
		check: `npx billhook check ${name} --stage ${stage}`,
		run: (command: string) =>
			`npx billhook ${command} --provider ${name} --stage ${stage}`,
	};
}

const takenOn: Raise = (resources, stage, ring) => {
	const { provider, webhook } = resources;
	const { name } = provider;
	const { check, run } = typed(resources, stage);
	const watches = provider.poll?.watches;
	const counted = (metric: string) =>
		countedBy({ stage, provider: name }, metric);
	return [
		ring("NotTakenOn", {
			what: "deliveries are not taken on",
			says: [
				`Five deliveries in a quarter of an hour were refused, or one could not be read, a setting is wrong, or the function failed${watches ? ", or a watch ended with nothing" : ""}.`,
				`Refused: ${run("deliveries --outcome refused")}; mostly a URL with an old token is still in the vendor's portal, and npx billhook urls --stage ${stage} prints the right ones.`,
				`Could not be read: nothing is lost, ${run("quarantine list")} says why, and quarantine retry reads it again.`,
				`Settings and function: ${check}; settings set mends a setting.`,
				...(watches
					? [
							`Watches: npx billhook watch list ${name} --stage ${stage}, and why <subject> for one.`,
						]
					: []),
			].join("\n"),
			metric: calculate(
				`IF(refused >= 5 OR unread + settings + errors + throttles${watches ? " + expired" : ""} > 0, 1, 0)`,
				{
					refused: counted("Refused"),
					unread: counted("Quarantined"),
					settings: counted("Configuration"),
					errors: webhook.metricErrors(),
					throttles: webhook.metricThrottles(),
					...(watches && { expired: counted("WatchExpired") }),
				},
				{ label: "not taken on", period: Duration.minutes(15) },
			),
		}),
	];
};

const forwarded: Raise = (resources, stage, ring) => {
	const { name } = resources.provider;
	const { forward } = resources;
	const { check, run } = typed(resources, stage);
	return [
		ring("NotForwarded", {
			what: "events are not forwarded",
			says: [
				"An event has waited over 15 minutes to be handed to the queue, or was given up, or the forward function failed.",
				`${check} says which. Waiting ones are forwarded as soon as what holds them is mended (the queue's policy, a key, the account's Lambda concurrency): the stream keeps them for a day.`,
				`Given up: they lie in the bucket below failures/${name}/ or aws/lambda/, with the reason; ${run("replay --failures")} sends them once more.`,
			].join("\n"),
			metric: calculate(
				`IF(age > ${quarterMs} OR failed + aside + dropped + errors + throttles > 0, 1, 0)`,
				{
					age: forward.metric("IteratorAge", { statistic: "Maximum" }),
					failed: countedBy({ stage, provider: name }, "ForwardFailed"),
					aside: ofStream(resources, "OnFailureDestinationDeliveredEventCount"),
					dropped: ofStream(resources, "DroppedEventCount"),
					errors: forward.metricErrors(),
					throttles: forward.metricThrottles(),
				},
				{ label: "not forwarded" },
			),
		}),
	];
};

/** A mapping that does not run has no iterator age. */
const flowing: Raise = (resources, stage, ring) => {
	const by = { stage, provider: resources.provider.name };
	const { check, run } = typed(resources, stage);
	return [
		ring("NoneForwarded", {
			what: "events are recorded and none is forwarded",
			says: [
				"In a whole hour of the clock events were recorded and not one was forwarded: the mapping between the inbox's stream and the forward function is probably off or denied.",
				`${check} says so. Enable it within a day, for the stream forgets then; later, ${run("replay --since 2d")} forwards what it forgot.`,
				"A single event in an hour's last second can ring this once for nothing.",
			].join("\n"),
			metric: calculate(
				"IF(recorded > 0 AND forwarded + failed == 0, 1, 0)",
				{
					recorded: countedBy(by, "Recorded"),
					forwarded: countedBy(by, "Forwarded"),
					failed: countedBy(by, "ForwardFailed"),
				},
				{ label: "recorded, none forwarded", period: Duration.hours(1) },
			),
			byTheClock: true,
		}),
	];
};

const consumed: Raise = (resources, stage, ring) => {
	const { queue, deadLetterQueue } = resources;
	const { run } = typed(resources, stage);
	return [
		ring("NotConsumed", {
			what: "consumers do not take events",
			says: [
				"A message has waited over an hour in the queue, or consumers gave one up five times. Messages are kept for 14 days.",
				"Waiting: look at the consumer; it is down, too slow, or may not read.",
				`Given up: ${run("dead-letters list")} shows them, and once the consumer is mended, dead-letters redrive sends them again.`,
			].join("\n"),
			metric: calculate(
				`IF(dead > 0 OR age > ${hourSeconds}, 1, 0)`,
				{
					dead: deadLetterQueue.metricApproximateNumberOfMessagesVisible({
						statistic: "Maximum",
					}),
					age: queue.metricApproximateAgeOfOldestMessage({
						statistic: "Maximum",
					}),
				},
				{ label: "not consumed" },
			),
		}),
	];
};

/** Every run counts, one without credentials too; three of six, so that a run before the silence is among those looked at. */
const polled: Raise = (resources, stage, ring) => {
	const { check } = typed(resources, stage);
	const { provider, pollEveryMinutes, pollWindowMinutes } = resources;
	if (!pollEveryMinutes) return [];
	const by = { stage, provider: provider.name };
	const minutes = Math.max(pollEveryMinutes + pollWindowMinutes, 5);
	const of = Math.min(6, Math.floor(weekMinutes / minutes));
	return [
		ring("NotPolled", {
			what: "the poll does not work",
			says: [
				"Three runs failed, or none was made where three were due. What webhooks failed to bring is not found meanwhile; the poll catches up by itself once it works.",
				`${check} says how the API answered, and which setting to mend with settings set. Where no run is made, look at the schedule and at the account's Lambda concurrency.`,
			].join("\n"),
			metric: calculate(
				"IF(FILL(ran, REPEAT) > 0, IF(ran == 0 OR failed > 0, 1, 0), 0)",
				{
					ran: countedBy(by, "PollRan"),
					failed: countedBy(by, "PollFailed"),
				},
				{ label: "not polled", period: Duration.minutes(minutes) },
			),
			periods: { of, atLeast: Math.min(3, of - 1) },
			silence: "changes nothing",
		}),
	];
};

const heard: Raise = (resources, stage, ring) => {
	const { provider, expectEveryHours: hours } = resources;
	if (!hours) return [];
	const { check, run } = typed(resources, stage);
	return [
		ring("Silent", {
			what: "nothing has come",
			says: [
				`No webhook has come for ${hours} hours, which is longer than expectEvery says.`,
				`${run(`deliveries --since ${hours + 1}h`)} lists what was refused meanwhile; ${check} says whether the URL is still registered, where the vendor can be asked.`,
			].join("\n"),
			metric: calculate(
				"IF(delivered == 0, 1, 0)",
				{
					delivered: countedBy({ stage, provider: provider.name }, "Delivered"),
				},
				{ label: "silent", period: Duration.hours(1) },
			),
			periods: { of: hours, atLeast: hours },
		}),
	];
};
