import { App, Duration, type Stack } from "aws-cdk-lib";
import { Topic } from "aws-cdk-lib/aws-sns";
import { describe, expect, test } from "vitest";
import { usualProviders as providers } from "../../functions/providers.ts";
import { BillhookStack } from "../../infra/stack.ts";
import { readArguments } from "../../ops/command/arguments.ts";
import { commands } from "../../ops/commands.ts";
import { type AlarmProperties, statesOf } from "../support/alarm-state.ts";
import { configFor } from "../support/installation.ts";
import { evaluate, type Series } from "../support/metric-math.ts";
import {
	ofType,
	propertiesOf,
	say,
	type Template,
	templateOf,
} from "../support/template.ts";

const prod = templateOf(new BillhookStack(new App(), configFor()));
const names = providers.map(({ name }) => name);
const [watched = "", listed = ""] = [
	providers.find(({ poll }) => poll?.watches)?.name,
	providers.find(({ poll }) => poll?.list && !poll.watches)?.name,
];

interface AlarmResource extends AlarmProperties {
	AlarmName: string;
	AlarmDescription: string;
	AlarmActions: unknown[];
	OKActions: unknown[];
	EvaluationWindow?: unknown;
}

function alarmsOf(template: Template): AlarmResource[] {
	return ofType(template, "AWS::CloudWatch::Alarm").map(
		([, { Properties }]) => Properties,
	);
}

function alarmOf(name: string, template = prod): AlarmResource {
	const found = alarmsOf(template).find(({ AlarmName }) => AlarmName === name);
	if (!found) throw new Error(`There is no alarm "${name}".`);
	return found;
}

const alarms = alarmsOf(prod);

/** What an alarm of one provider looks at, by the names in its expression. */
function metricsOf({ Metrics }: AlarmResource): Record<string, string> {
	return Object.fromEntries(
		Metrics.flatMap((metric) => {
			const { Id, MetricStat: stat } = metric as unknown as {
				Id: string;
				MetricStat?: {
					Metric: { Namespace: string; MetricName: string };
					Stat: string;
					Period: number;
				};
			};
			if (!stat) return [];
			const { Namespace, MetricName } = stat.Metric;
			return [[Id, `${Namespace} ${MetricName} ${stat.Stat} ${stat.Period}`]];
		}),
	);
}

describe("the alarms", () => {
	test("are thirty at most for five providers, each named for a person", () => {
		const of = (what: string) =>
			names.map((name) => `billhook prod ${name}: ${what}`);
		expect(names).toHaveLength(5);
		expect(alarms.length).toBeLessThanOrEqual(30);
		expect(alarms.map(({ AlarmName }) => AlarmName).sort()).toEqual(
			[
				...of("deliveries are not taken on"),
				...of("events are not forwarded"),
				...of("events are recorded and none is forwarded"),
				...of("consumers do not take events"),
				...of("the poll does not work"),
				"billhook prod: webhooks are lost (caminvoice, dealpos, finbox, marosa)",
				"billhook prod: webhooks are lost (photon)",
				"billhook prod: requests come near the throttle",
				"billhook prod: requests are turned away",
				"billhook prod: senders are answered 5xx",
			].sort(),
		);
	});

	test("ring on the topic and off again, and say what to do in what CloudWatch takes", () => {
		for (const alarm of alarms) {
			expect(alarm.AlarmActions.map(say)).toEqual(["AlarmTopic"]);
			expect(alarm.OKActions).toEqual(alarm.AlarmActions);
			expect(alarm.AlarmDescription.length).toBeLessThanOrEqual(1024);
			expect(alarm.AlarmDescription).toMatch(/npx billhook|option throttle/);
			expect(alarm.Metrics.length).toBeLessThanOrEqual(11);
		}
	});

	test("are silent while nothing happens, and where nobody has done anything yet", () => {
		const untouched: Series = Array.from({ length: 12 });
		for (const alarm of alarms) {
			const [first] = Object.keys(metricsOf(alarm));
			const states = statesOf(alarm, { [first ?? ""]: untouched });
			expect(states).not.toContain("ALARM");
		}
	});

	test("name commands that there are, as they are typed", async () => {
		const texts = alarms.map(({ AlarmDescription }) => AlarmDescription);
		const typed = texts.flatMap((text) => [
			...text.matchAll(
				/npx billhook ((?:[a-z-]+ )+?)((?:--[a-z]+(?: (?!--)[\w-]+)? ?)+)/g,
			),
		]);
		expect(typed.length).toBeGreaterThan(30);
		for (const [, words = "", options = ""] of typed) {
			const all = [...words.trim().split(" "), ...options.trim().split(" ")];
			const length = [2, 1].find(
				(most) => commands[all.slice(0, most).join(" ")],
			);
			const load = commands[all.slice(0, length).join(" ")];
			if (!length || !load) throw new Error(`There is no command "${words}".`);
			const read = readArguments(await load(), all.slice(length));
			expect(read.values).toHaveProperty("stage");
		}
	});

	test("look at what the functions write", () => {
		const at = (what: string) =>
			metricsOf(alarmOf(`billhook prod ${watched}: ${what}`));
		expect(at("deliveries are not taken on")).toEqual({
			refused: "Billhook Refused Sum 900",
			unread: "Billhook Quarantined Sum 900",
			settings: "Billhook Configuration Sum 900",
			errors: "AWS/Lambda Errors Sum 900",
			throttles: "AWS/Lambda Throttles Sum 900",
			expired: "Billhook WatchExpired Sum 900",
		});
		expect(at("events are not forwarded")).toEqual({
			age: "AWS/Lambda IteratorAge Maximum 300",
			failed: "Billhook ForwardFailed Sum 300",
			aside: "AWS/Lambda OnFailureDestinationDeliveredEventCount Sum 300",
			dropped: "AWS/Lambda DroppedEventCount Sum 300",
			errors: "AWS/Lambda Errors Sum 300",
			throttles: "AWS/Lambda Throttles Sum 300",
		});
		expect(at("events are recorded and none is forwarded")).toEqual({
			recorded: "Billhook Recorded Sum 3600",
			forwarded: "Billhook Forwarded Sum 3600",
			failed: "Billhook ForwardFailed Sum 3600",
		});
		expect(at("consumers do not take events")).toEqual({
			dead: "AWS/SQS ApproximateNumberOfMessagesVisible Maximum 300",
			age: "AWS/SQS ApproximateAgeOfOldestMessage Maximum 300",
		});
		expect(at("the poll does not work")).toMatchObject({
			ran: expect.stringMatching(/^Billhook PollRan Sum /),
			failed: expect.stringMatching(/^Billhook PollFailed Sum /),
		});
	});
});

const none = undefined;

/** An alarm, datapoints, and whether it rings at the end of each period: "!" where it does. */
const cases: [string, Record<string, Series>, string][] = [
	// refused deliveries, from five on; the others at once
	["deliveries are not taken on", { refused: [4] }, "."],
	["deliveries are not taken on", { refused: [5, none] }, "!."],
	["deliveries are not taken on", { unread: [0, 1, 0] }, ".!."],
	["deliveries are not taken on", { settings: [1] }, "!"],
	["deliveries are not taken on", { errors: [1] }, "!"],
	["deliveries are not taken on", { throttles: [1] }, "!"],
	["deliveries are not taken on", { expired: [1] }, "!"],
	// a stream that stands still, and what was given up
	["events are not forwarded", { age: [900_000, 900_001] }, ".!"],
	["events are not forwarded", { failed: [1, none] }, "!."],
	["events are not forwarded", { aside: [1] }, "!"],
	["events are not forwarded", { dropped: [1] }, "!"],
	["events are not forwarded", { errors: [1] }, "!"],
	["events are not forwarded", { throttles: [1] }, "!"],
	// one unforwarded event on an otherwise quiet day
	[
		"events are recorded and none is forwarded",
		{ recorded: [none, 1, none] },
		".!.",
	],
	[
		"events are recorded and none is forwarded",
		{ recorded: [1, 1000], forwarded: [1, 1] },
		"..",
	],
	[
		"events are recorded and none is forwarded",
		{ recorded: [1], failed: [1] },
		".",
	],
	["consumers do not take events", { dead: [0, 1, 1, 0] }, ".!!."],
	["consumers do not take events", { age: [3600, 3601] }, ".!"],
	// without credentials a poll runs, and asks nothing
	["the poll does not work", { ran: [1, 1, 1, 1, 1, 1, 1] }, "......."],
	["the poll does not work", { ran: [none, none, none, none] }, "...."],
	["the poll does not work", { ran: [none, 1, 1] }, "..."],
	["the poll does not work", { ran: [1, 1, 1], failed: [1, 1, 2] }, "..!"],
	[
		"the poll does not work",
		{ ran: [1, 1, 1, 1, 1], failed: [1, 0, 1, 0, 0] },
		".....",
	],
	["the poll does not work", { ran: [1, 1, none, none, none] }, "....!"],
	// for as long as it takes, and then it is over
	[
		"the poll does not work",
		{ ran: [1, ...Array.from({ length: 20 }, () => none), 1, 1, 1, 1, 1, 1] },
		"...!!!!!!!!!!!!!!!!!!!!!...",
	],
];

test.each(cases)("%s: %j is told so: %s", (what, series, told) => {
	const alarm = alarmOf(`billhook prod ${watched}: ${what}`);
	const marks = statesOf(alarm, series).map((state) =>
		state === "ALARM" ? "!" : ".",
	);
	expect(marks.join("")).toBe(told);
});

describe("webhooks that only the poll made up for", () => {
	const lost = (recorded: number, recovered: number, watching?: number) => {
		const alarm = alarms.find(
			({ AlarmName }) =>
				AlarmName.includes("webhooks are lost") &&
				AlarmName.includes(watching === undefined ? listed : watched),
		);
		if (!alarm) throw new Error("There is no such alarm.");
		const named = alarm.AlarmName.match(/\((.*)\)/)?.[1]?.split(", ") ?? [];
		const nth = named.indexOf(watching === undefined ? listed : watched);
		const [state] = statesOf(alarm, {
			[`recorded${nth}`]: [recorded],
			[`recovered${nth}`]: [recovered],
			...(watching !== undefined && { [`watching${nth}`]: [watching] }),
		});
		return state;
	};

	test("ring from ten events a day on, where they are more than a tenth", () => {
		expect(lost(9, 9)).toBe("OK");
		expect(lost(10, 1)).toBe("OK");
		expect(lost(10, 2)).toBe("ALARM");
		expect(lost(1000, 100)).toBe("OK");
		expect(lost(1000, 101)).toBe("ALARM");
	});

	test("are not those that a delivery had asked to be polled for", () => {
		expect(lost(50, 50, 50)).toBe("OK");
		expect(lost(50, 50, 0)).toBe("ALARM");
	});
});

describe("what all share", () => {
	const only = (name: string, id: string, value: number) =>
		statesOf(alarmOf(`billhook prod: ${name}`), { [id]: [value] })[0];

	test("rings before the throttle refuses anything, at half of what it lets through in a minute", () => {
		const near = "requests come near the throttle";
		expect(only(near, "requests", 2500 * 30)).toBe("OK");
		expect(only(near, "requests", 2500 * 30 + 1)).toBe("ALARM");
		expect(alarmOf(`billhook prod: ${near}`).AlarmDescription).toContain(
			"2500 a second, 1250 at once",
		);
	});

	test("rings for each 429, 413 and 5xx that AWS tells of", () => {
		expect(only("requests are turned away", "throttled", 1)).toBe("ALARM");
		expect(only("requests are turned away", "large", 1)).toBe("ALARM");
		expect(only("requests are turned away", "large", 0)).toBe("OK");
		for (const id of ["faults", "errors", "throttles"])
			expect(only("senders are answered 5xx", id, 1)).toBe("ALARM");
		const filters = ofType(prod, "AWS::Logs::MetricFilter").map(
			([, { Properties }]) => [
				Properties.FilterPattern,
				Properties.MetricTransformations[0].MetricName,
				Properties.MetricTransformations[0].Dimensions,
			],
		);
		const stage = [{ Key: "Stage", Value: "$.Stage" }];
		expect(filters).toEqual([
			['{ $.status = "429" }', "Throttled", stage],
			['{ $.status = "413" }', "TooLarge", stage],
		]);
	});

	test("may be published by CloudWatch of this account, under TLS", () => {
		const { Statement } = propertiesOf(prod, "AlarmTopicPolicy").PolicyDocument;
		expect(Statement).toContainEqual(
			expect.objectContaining({
				Effect: "Allow",
				Action: "sns:Publish",
				Principal: { Service: "cloudwatch.amazonaws.com" },
				Condition: {
					StringEquals: { "aws:SourceAccount": { Ref: "AWS::AccountId" } },
				},
			}),
		);
	});
});

describe("options", () => {
	const stack = new BillhookStack(new App(), {
		stage: "own",
		providers: {
			[watched]: { expectEvery: Duration.hours(3) },
			[listed]: {
				pollEvery: Duration.days(1),
				pollWindow: Duration.days(1),
			},
		},
		throttle: { rateLimit: 10, burstLimit: 20 },
		alarmEmail: "on-call@example.com",
		inStack: (stack: Stack) => ({
			alarmTopic: Topic.fromTopicArn(
				stack,
				"OnCall",
				"arn:aws:sns:eu-west-1:111111111111:on-call",
			),
		}),
	});
	const own = templateOf(stack);

	test("expectEvery rings where no delivery has come in any of its hours, until one comes", () => {
		const silent = alarmOf(`billhook own ${watched}: nothing has come`, own);
		const states = statesOf(silent, {
			delivered: [1, none, none, none, none, 2, none],
		});
		expect(states.map((state) => state === "ALARM")).toEqual([
			// nothing is known of the hours before the first
			false,
			false,
			false,
			true,
			true,
			false,
			false,
		]);
		expect(
			alarmsOf(own).filter(({ AlarmName }) => /nothing has/.test(AlarmName)),
		).toHaveLength(1);
	});

	test("throttle is the stage's, and what its alarms say", () => {
		const [[, api] = []] = ofType(own, "AWS::ApiGatewayV2::Stage");
		expect(api?.Properties.DefaultRouteSettings).toEqual({
			ThrottlingRateLimit: 10,
			ThrottlingBurstLimit: 20,
		});
		const near = alarmOf("billhook own: requests come near the throttle", own);
		expect(statesOf(near, { requests: [300, 301] })).toEqual(["OK", "ALARM"]);
		expect(near.AlarmDescription).toContain("10 a second, 20 at once");
	});

	test("alarmTopic takes the place of our own, with the address that is mailed", () => {
		const arn = "arn:aws:sns:eu-west-1:111111111111:on-call";
		for (const { AlarmActions, OKActions } of alarmsOf(own))
			expect([AlarmActions, OKActions]).toEqual([[arn], [arn]]);
		expect(ofType(own, "AWS::SNS::Topic")).toEqual([]);
		expect(ofType(own, "AWS::SNS::TopicPolicy")).toEqual([]);
		expect(
			ofType(own, "AWS::SNS::Subscription").map(
				([, { Properties }]) => Properties.TopicArn,
			),
		).toEqual([arn]);
		expect(own.Outputs.BillhookAlarmTopicArn?.Value).toBe(arn);
	});

	test("make no alarm look back further than CloudWatch does", () => {
		for (const alarm of [...alarms, ...alarmsOf(own)]) {
			const [period = 0] = alarm.Metrics.flatMap(({ MetricStat }) =>
				MetricStat ? [MetricStat.Period] : [],
			);
			const seconds = period * alarm.EvaluationPeriods;
			const day = 86_400;
			expect(seconds).toBeLessThanOrEqual(period < 3600 ? day : 7 * day);
			expect(period % 60).toBe(0);
			const isByTheClock = alarm.EvaluationWindow !== undefined;
			expect(isByTheClock).toBe(/none is forwarded$/.test(alarm.AlarmName));
			// of what a clock's window takes
			if (isByTheClock) expect(period).toBe(3600);
		}
	});
});

describe("the dashboard", () => {
	const { DashboardName, DashboardBody } = propertiesOf(prod, "Dashboard");
	const body: {
		widgets: { type: string; properties: Record<string, unknown> }[];
	} = JSON.parse(say(DashboardBody));

	test("has a name, and an output that leads there", () => {
		expect(DashboardName).toBe("billhook-prod");
		expect(say(prod.Outputs.BillhookDashboardUrl?.Value)).toMatch(
			/^https:.*\/cloudwatch\/home\?region=.*#dashboards\/dashboard\//,
		);
	});

	test("begins with all alarms, and answers three questions from top to bottom", () => {
		const [first] = body.widgets;
		expect(first?.type).toBe("alarm");
		expect(first?.properties.alarms).toHaveLength(alarms.length);
		expect(
			body.widgets.flatMap(({ type, properties }) =>
				type === "text" ? [properties.markdown] : [],
			),
		).toEqual([
			"## Is everything arriving?",
			"## Is everything leaving?",
			"## Who is losing webhooks?",
		]);
	});

	test("shows refusals, breaker and throttles of each provider", () => {
		const text = say(DashboardBody);
		const by = (name: string) => `"Provider","${name}","Stage","prod"`;
		for (const name of names)
			for (const metric of ["Refused", "BreakerOpened", "Quarantined"])
				expect(text).toContain(`"Billhook","${metric}",${by(name)}`);
		expect(text).toContain('"Throttles"');
	});
});

test("metric math is evaluated period by period, and what is calculated from nothing is nothing", () => {
	const metrics = { a: [1, undefined, 3], b: [undefined, 2, 2] };
	expect(evaluate("a + b * 2", metrics)).toEqual([undefined, undefined, 7]);
	expect(evaluate("FILL(a, 0) - FILL(b, REPEAT)", metrics)).toEqual([
		undefined,
		-2,
		1,
	]);
	expect(evaluate("IF(a > 1 AND b == 2 OR a < 0, 10, 20)", metrics)).toEqual([
		undefined,
		undefined,
		10,
	]);
	expect(() => evaluate("a +", metrics)).toThrow();
	expect(() => evaluate("c > 1", metrics)).toThrow(/names c/);
});
