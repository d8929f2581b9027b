import { evaluate, type Series } from "./metric-math.ts";

/** As much of an alarm's properties as decides when it rings. */
export interface AlarmProperties {
	Metrics: readonly {
		Id: string;
		Expression?: string;
		ReturnData?: boolean;
		MetricStat?: { Period: number };
	}[];
	Threshold: number;
	EvaluationPeriods: number;
	DatapointsToAlarm: number;
	TreatMissingData: "notBreaching" | "ignore";
}

type State = "INSUFFICIENT_DATA" | "OK" | "ALARM";

/** An alarm's state after each period, as CloudWatch finds it if it fetches no more than it must; a metric that is not named has no data. */
export function statesOf(
	alarm: AlarmProperties,
	named: Readonly<Record<string, Series>>,
): State[] {
	const { Threshold, EvaluationPeriods: of, DatapointsToAlarm } = alarm;
	const asked = alarm.Metrics.filter(({ MetricStat }) => MetricStat);
	const stray = Object.keys(named).filter(
		(id) => !asked.some(({ Id }) => Id === id),
	);
	if (stray.length > 0) throw new Error(`No alarm looks at ${stray}.`);
	const periods = Math.max(...Object.values(named).map((one) => one.length));
	const expression = alarm.Metrics.find(
		({ ReturnData }) => ReturnData !== false,
	);
	let state: State = "INSUFFICIENT_DATA";
	return Array.from({ length: periods }, (_, now) => {
		const seen = asked.map(({ Id }) => {
			const series = named[Id] ?? [];
			const window = Array.from(
				{ length: of },
				(_, back) => series[now - of + 1 + back],
			);
			return [Id, window] as const;
		});
		const values = evaluate(
			expression?.Expression ?? "",
			Object.fromEntries(seen),
		);
		const bad = values.filter((value = 0) => value > Threshold).length;
		const missing = values.filter((value) => value === undefined).length;
		if (bad >= DatapointsToAlarm) state = "ALARM";
		else if (alarm.TreatMissingData === "notBreaching") state = "OK";
		// what is missing might have made it so, and keeps the state
		else if (bad + missing < DatapointsToAlarm) state = "OK";
		return state;
	});
}
