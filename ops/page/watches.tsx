import type { WatchRow } from "../console/answers.ts";
import { useAnswer } from "./ask.ts";
import { ActButton } from "./button.tsx";
import { placeOf } from "./place.ts";
import { shown } from "./time.ts";
import type { ViewProps } from "./view.ts";

/** What is polled for until it has come. */
export function Watches({ place }: ViewProps) {
	const provider = place.filter.get("provider") ?? "";
	const { value, trouble, again } = useAnswer<WatchRow[]>("watches", {
		provider,
	});
	return (
		<>
			<h1>Watches{provider && ` of ${provider}`}</h1>
			{trouble && (
				<p class="trouble" role="alert">
					{trouble}
				</p>
			)}
			{value?.length === 0 && <p>Nothing is watched.</p>}
			{value && value.length > 0 && (
				<table>
					<thead>
						<tr>
							<th scope="col">Provider</th>
							<th scope="col">Subject</th>
							<th scope="col">Kind</th>
							<th scope="col">Asked next (UTC)</th>
							<th scope="col">Ends (UTC)</th>
							<th scope="col">
								<span class="unseen">Stop</span>
							</th>
						</tr>
					</thead>
					<tbody>
						{value.map((watch) => (
							<tr key={`${watch.provider} ${watch.subject} ${watch.kind}`}>
								<td>{watch.provider}</td>
								<td class="subject">
									<a href={placeOf("story", watch.subject)}>{watch.subject}</a>
								</td>
								<td>{watch.kind}</td>
								<td class="time">{shown(watch.due)}</td>
								<td class="time">{shown(watch.deadline)}</td>
								<td>
									<ActButton
										label="Stop"
										sure="It is not asked for any more."
										name="unwatch"
										body={{
											provider: watch.provider,
											subject: watch.subject,
											kind: watch.kind,
										}}
										after={again}
									/>
								</td>
							</tr>
						))}
					</tbody>
				</table>
			)}
		</>
	);
}
