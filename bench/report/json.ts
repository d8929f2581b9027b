import { type Figure, rounded } from "../figures/figure.ts";
import type { Measured } from "../measure.ts";
import type { Cost } from "../parts/answers.ts";
import { total } from "../parts/dollars.ts";
import { about, notMeasured } from "./about.ts";

/** What a program reads. */
export function toJson(measured: Measured) {
	const { cold, warm, forward, local, bundles, dollars, answers } = measured;
	const product = warm?.of.product;
	const { product: ours, plain } = answers.costs;
	return {
		about: about(measured),
		ratios: {
			coldStart: medianOf(cold?.product.cpuShare),
			coldStartWall: medianOf(cold?.product.wallShare),
			warmAck: medianOf(product?.once.new.p50Share),
			cpu: medianOf(product?.once.new.cpuShare),
			cpuState: medianOf(product?.state.new.cpuShare),
			cpuDuplicate: medianOf(product?.once.duplicate.cpuShare),
			cpuDuplicateState: medianOf(product?.state.duplicate.cpuShare),
		},
		ratiosToGuardedPeer: {
			coldStart: medianOf(cold?.product.cpuShareOfGuarded),
			warmAck: medianOf(product?.once.new.p50ShareOfGuarded),
			cpu: medianOf(product?.once.new.cpuShareOfGuarded),
			cpuState: medianOf(product?.state.new.cpuShareOfGuarded),
			cpuDuplicate: medianOf(product?.once.duplicate.cpuShareOfGuarded),
		},
		forwardPerSecond: medianOf(forward?.perSecond),
		forwardOneSubjectPerSecond: medianOf(forward?.oneSubjectPerSecond),
		localPerSecond: local ? rounded(local.perSecond) : null,
		callsPerEvent: {
			once: callsOf(ours.once.new),
			duplicate: callsOf(ours.once.duplicate),
			state: callsOf(ours.state.new),
			duplicateState: callsOf(ours.state.duplicate),
		},
		peerCallsPerEvent: {
			once: callsOf(plain.once.new),
			duplicate: callsOf(plain.once.duplicate),
		},
		bundleBytes: Object.fromEntries(
			Object.entries(bundles).map(([name, { bytes }]) => [name, bytes]),
		),
		dollarsPerMillion: Object.fromEntries(
			Object.entries(dollars.perMillion).map(([name, bill]) => [
				name,
				total(bill),
			]),
		),
		storageDollarsPerMonth: dollars.storage,
		measured: { cold, warm, forward, local, growth: measured.growth },
		costs: answers.costs,
		dollars,
		trouble: measured.trouble,
		notMeasured,
	};
}

function callsOf({ calls }: Cost): number {
	return Object.values(calls).reduce((sum, count) => sum + count, 0);
}

function medianOf(figure: Figure | undefined): number | null {
	return figure && Number.isFinite(figure.median)
		? rounded(figure.median)
		: null;
}
