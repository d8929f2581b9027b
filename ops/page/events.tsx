import { useEffect, useState } from "preact/hooks";
import type { EventPage, EventRow, Installed } from "../console/answers.ts";
import { ask, useAnswer } from "./ask.ts";
import { placeOf } from "./place.ts";
import { shown } from "./time.ts";
import type { ViewProps } from "./view.ts";

const kept = 500;

/** The newest first; what comes while one looks is put on top. */
export function Events({ place, installed }: ViewProps) {
	const filter = Object.fromEntries(place.filter);
	const first = useAnswer<EventPage>("events", filter);
	const [older, setOlder] = useState<EventRow[]>([]);
	const [next, setNext] = useState<string>();
	const [trouble, setTrouble] = useState("");
	const { live, silent } = useLive(filter);
	useEffect(() => {
		setOlder([]);
		setNext(first.value?.next);
	}, [first.value]);
	const showOlder = () =>
		ask<EventPage>("events", { ...filter, next }).then(
			(page) => {
				setOlder((before) => [...before, ...page.events]);
				setNext(page.next);
			},
			(error: Error) => setTrouble(error.message),
		);
	const rows = distinct([...live, ...(first.value?.events ?? []), ...older]);
	return (
		<>
			<h1>Events</h1>
			<Filter installed={installed} filter={filter} />
			<p class="quiet" role="status">
				{silent
					? "The live connection is silent; it is tried again."
					: "Live: what is recorded appears by itself."}
			</p>
			{(first.trouble || trouble) && (
				<p class="trouble" role="alert">
					{first.trouble || trouble}
				</p>
			)}
			<Rows rows={rows} />
			{rows.length === 0 && !first.asking && (
				<p>Nothing of this has been recorded in the time asked for.</p>
			)}
			{next && (
				<button type="button" onClick={showOlder}>
					Older
				</button>
			)}
		</>
	);
}

function Rows({ rows }: { rows: EventRow[] }) {
	return (
		<table>
			<thead>
				<tr>
					<th scope="col">Recorded (UTC)</th>
					<th scope="col">Type</th>
					<th scope="col">Subject</th>
					<th scope="col">Via</th>
				</tr>
			</thead>
			<tbody>
				{rows.map(({ id, provider, recordedtime, type, subject, via }) => (
					<tr key={id}>
						<td class="time">{shown(recordedtime)}</td>
						<td>{type}</td>
						<td class="subject">
							<a
								href={placeOf("story", subject ?? id, { provider, event: id })}
							>
								{subject ?? "(its envelope cannot be read)"}
							</a>
						</td>
						<td>{via}</td>
					</tr>
				))}
			</tbody>
		</table>
	);
}

interface FilterProps {
	installed: Installed;
	filter: Record<string, string>;
}

function Filter({ installed, filter }: FilterProps) {
	const choose = (name: string, value: string) => {
		location.hash = placeOf("events", "", { ...filter, [name]: value });
	};
	return (
		<form class="filter" onSubmit={(event) => event.preventDefault()}>
			<label>
				Provider
				<select
					value={filter.provider ?? ""}
					onChange={({ currentTarget }) =>
						choose("provider", currentTarget.value)
					}
				>
					<option value="">all</option>
					{installed.providers.map(({ provider }) => (
						<option key={provider}>{provider}</option>
					))}
				</select>
			</label>
			<label>
				Via
				<select
					value={filter.via ?? ""}
					onChange={({ currentTarget }) => choose("via", currentTarget.value)}
				>
					<option value="">both</option>
					<option>webhook</option>
					<option>poll</option>
				</select>
			</label>
			<label>
				Type
				<input
					value={filter.type ?? ""}
					placeholder="all"
					onChange={({ currentTarget }) => choose("type", currentTarget.value)}
				/>
			</label>
		</form>
	);
}

/** What comes from now on. The browser itself connects again. */
function useLive(filter: Record<string, string>) {
	const [live, setLive] = useState<EventRow[]>([]);
	const [silent, setSilent] = useState(false);
	const { provider, type, via } = filter;
	useEffect(() => {
		setLive([]);
		const source = new EventSource("api/live");
		source.onopen = () => setSilent(false);
		source.onerror = () => setSilent(true);
		source.onmessage = ({ data }) => {
			const row: EventRow = JSON.parse(data);
			const fits =
				(!provider || row.provider === provider) &&
				(!via || row.via === via) &&
				(!type || row.type === type);
			if (fits) setLive((before) => [row, ...before].slice(0, kept));
		};
		return () => source.close();
	}, [provider, type, via]);
	return { live, silent };
}

function distinct(rows: EventRow[]): EventRow[] {
	return [...new Map(rows.map((row) => [row.id, row])).values()];
}
