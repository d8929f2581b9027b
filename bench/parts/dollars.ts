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
	const { state, large } = costs.product;
	const peer = costs.plain.large;
	const memoryGb = product.webhook.MemorySize / 1024;
	const forwardGb = product.forward.MemorySize / 1024;
	const way = (cost: Cost, step: Step, ms: number): Bill => ({
		...taken(cost, ms, memoryGb),
		...(step === "new" && handedOn(forwardGb)),
	});
	const ours = (cost: Record<Step, Cost>, step: Step, ms: number) =>
		way(cost[step], step, ms);
	const theirs = (step: Step): Bill => ({
		...taken(peer[step], assumed.peerMs[step], memoryGb),
		...(step === "new" && {
			"SQS, sending": million * prices.sqsFifoRequest,
			"SQS, receiving and deleting": consuming(),
		}),
	});
	const { webhookMs } = assumed;
	const perMillion: Record<string, Bill> = {
		new: ours(large, "new", webhookMs.large),
		duplicate: ours(large, "duplicate", webhookMs.large),
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

function taken(cost: Cost, ms: number, memoryGb: number): Bill {
	const logBytes = cost.logBytes + assumed.lambdaLogBytes;
	return {
		"HTTP API": million * prices.httpApiRequest,
		"Lambda, requests": million * prices.lambdaRequest,
		"Lambda, time": million * (ms / 1000) * memoryGb * prices.lambdaGbSecond,
		"DynamoDB, writes": million * cost.writeUnits * prices.dynamoDbWriteUnit,
		"DynamoDB, reads": million * cost.readUnits * prices.dynamoDbReadUnit,
		Logs: ((million * logBytes) / gb) * prices.logGb,
	};
}

function handedOn(memoryGb: number): Bill {
	const runs = million / assumed.forwardEvents;
	const seconds = (runs * assumed.forwardMs) / 1000;
	return {
		"Lambda, forwarding":
			runs * prices.lambdaRequest + seconds * memoryGb * prices.lambdaGbSecond,
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
