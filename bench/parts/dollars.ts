import { rounded } from "../figures/figure.ts";
import { assumed, prices } from "../prices.ts";
import type { Product } from "../product.ts";
import type { Answers, Cost, Step } from "./answers.ts";

const million = 1e6;
const gb = 1e9;

/** Dollars, line by line. */
export type Bill = Record<string, number>;

export interface Dollars {
	/** a million events of some 4 KB, storage apart */
	perMillion: Record<string, Bill>;
	/** a month, for a million of them kept */
	storage: Bill;
	/** a month of the whole installation, at so many events */
	month: Record<string, Bill>;
}

export function billOf(product: Product, answers: Answers): Dollars {
	const { costs } = answers;
	const { once, state, large, dense } = costs.product;
	const peer = costs.plain.large;
	const memoryGb = product.webhook.MemorySize / 1024;
	const lambdaLogBytes = lambdaLogBytesOf(product);
	const ours = (cost: Record<Step, Cost>, step: Step, ms: number): Bill => ({
		...taken(cost[step], { ms, memoryGb, lambdaLogBytes }),
		"Logs, the gateway": logged(product.accessLogBytes),
		...(step === "new" && handedOn(product, answers)),
	});
	const theirs = (step: Step): Bill => ({
		...taken(peer[step], {
			ms: assumed.peerMs[step],
			memoryGb,
			lambdaLogBytes: assumed.lambdaLogBytes,
		}),
		...(step === "new" && {
			"SQS, sending": million * prices.sqsFifoRequest,
			"SQS, receiving and deleting": consuming(),
		}),
	});
	const { webhookMs } = assumed;
	const perMillion: Record<string, Bill> = {
		new: ours(large, "new", webhookMs.once),
		duplicate: ours(large, "duplicate", webhookMs.once),
		newSmall: ours(once, "new", webhookMs.once),
		duplicateSmall: ours(once, "duplicate", webhookMs.once),
		newDense: ours(dense, "new", webhookMs.once),
		duplicateDense: ours(dense, "duplicate", webhookMs.once),
		newState: ours(state, "new", webhookMs.state),
		duplicateState: ours(state, "duplicate", webhookMs.state),
		peerNew: theirs("new"),
		peerDuplicate: theirs("duplicate"),
	};
	const { bytes, entries } = large.footprint;
	const storage = storedBill(bytes + entries * assumed.storedOverheadBytes);
	const month = Object.fromEntries(
		[1e4, 1e6, 1e8].map((events) => [
			events.toLocaleString("en-US"),
			monthOf(product, events, { event: perMillion.new ?? {}, storage }),
		]),
	);
	return {
		perMillion: mapped(perMillion, tidy),
		storage: tidy(storage),
		month: mapped(month, tidy),
	};
}

function taken(
	cost: Cost,
	by: { ms: number; memoryGb: number; lambdaLogBytes: number },
): Bill {
	const { ms, memoryGb, lambdaLogBytes } = by;
	return {
		"HTTP API": million * prices.httpApiRequest,
		"Lambda, requests": million * prices.lambdaRequest,
		"Lambda, time": million * (ms / 1000) * memoryGb * prices.lambdaGbSecond,
		"DynamoDB, writes": million * cost.writeUnits * prices.dynamoDbWriteUnit,
		"DynamoDB, reads": million * cost.readUnits * prices.dynamoDbReadUnit,
		"Logs, the function": logged(cost.logBytes + lambdaLogBytes),
	};
}

/** A million times so many bytes. */
function logged(bytes: number): number {
	return ((million * bytes) / gb) * prices.logGb;
}

/** Lambda's own lines of an invocation that went well. */
function lambdaLogBytesOf({ logsLambda }: Product): number {
	return logsLambda ? assumed.lambdaLogBytes : 0;
}

function handedOn(product: Product, { forwardLogBytes }: Answers): Bill {
	const runs = million / assumed.forwardEvents;
	const seconds = (runs * assumed.forwardMs) / 1000;
	const memoryGb = product.forward.MemorySize / 1024;
	return {
		"Lambda, forwarding":
			runs * prices.lambdaRequest + seconds * memoryGb * prices.lambdaGbSecond,
		"Logs, forwarding": logged(
			forwardLogBytes + lambdaLogBytesOf(product) / assumed.forwardEvents,
		),
		"SQS, sending": (million / assumed.requestEvents) * prices.sqsFifoRequest,
		"SQS, receiving and deleting": consuming(),
	};
}

function consuming(): number {
	return (2 * million * prices.sqsFifoRequest) / assumed.consumerEvents;
}

function storedBill(bytes: number): Bill {
	const gigabytes = (million * bytes) / gb;
	return {
		"DynamoDB, items and index": gigabytes * prices.dynamoDbGbMonth,
		"DynamoDB, point-in-time recovery":
			gigabytes * prices.dynamoDbRecoveryGbMonth,
	};
}

/** With what stands there whether an event comes or not, and a month's events kept for that month. */
function monthOf(
	{ resources, alarmMetrics, pollsPerMonth, forward }: Product,
	events: number,
	{ event, storage }: { event: Bill; storage: Bill },
): Bill {
	const share = events / million;
	const standing: Bill = {
		Alarms: alarmMetrics * prices.alarmMonth,
		Secrets:
			(resources["AWS::SecretsManager::Secret"] ?? 0) * prices.secretMonth,
		"Secrets, reads": assumed.secretReadsPerMonth * prices.secretRead,
		Dashboard:
			(resources["AWS::CloudWatch::Dashboard"] ?? 0) * prices.dashboardMonth,
		Polls:
			pollsPerMonth *
			(prices.scheduledRun +
				prices.lambdaRequest +
				(assumed.pollMs / 1000) *
					(forward.MemorySize / 1024) *
					prices.lambdaGbSecond),
	};
	return {
		...standing,
		...mapped({ ...event, ...storage }, (dollars) => dollars * share),
	};
}

export function total(bill: Bill): number {
	return rounded(Object.values(bill).reduce((sum, one) => sum + one, 0));
}

function tidy(bill: Bill): Bill {
	return mapped(bill, (dollars) => rounded(dollars));
}

function mapped<T, Made>(
	of: Readonly<Record<string, T>>,
	make: (value: T) => Made,
): Record<string, Made> {
	return Object.fromEntries(
		Object.entries(of).map(([name, value]) => [name, make(value)]),
	);
}
