/**
 * The org's usage and limits. On open up to three API calls and 1 read: the current month's
 * document, whose changes trigger reloads.
 */
import { Alert, Select } from "@mantine/core";
import { useEffect } from "react";
import { useSearchParams } from "react-router";
import { useFetched } from "../../data/api";
import { useLiveDocument } from "../../data/live";
import { useOrg } from "../../data/org";
import { usageMonth } from "../../data/queries/usage";
import type { Usage } from "../../data/types/api";
import type { Timestamp } from "../../data/types/times";
import { label, plain, sentence } from "../../format/words";
import { AlertIcon } from "../../ui/icons";
import { Page } from "../../ui/page";
import { Shown } from "../../ui/states";
import { Gauges } from "./gauges";
import { MoneyCards } from "./money-cards";
import { CostsByPlaybook } from "./playbook-costs";
import { monthName } from "./words";

const MONTHS = 12;

export default function UsagePage() {
  const [params, setParams] = useSearchParams();
  const usage = useFetched<Usage>(`/usage?months=${MONTHS}`);
  useReloadWhenCounted(usage.data?.month, usage.reload);
  const months = usage.data?.items.map(({ month }) => month) ?? [];
  const chosen = months.find((month) => month === params.get("month")) ?? usage.data?.month;
  return (
    <Page
      title="Usage"
      lead={usage.data ? `You're on the ${label(usage.data.tierId)} plan.` : "How much of your plan you've used."}
      actions={
        chosen && months.length > 1 ? (
          <Select
            aria-label="Month"
            data={months.map((month) => ({ value: month, label: monthName(month) }))}
            value={chosen}
            allowDeselect={false}
            onChange={(month) => month && setParams(month === usage.data?.month ? {} : { month }, { replace: true })}
          />
        ) : null
      }
    >
      <Shown live={usage} what="Your usage" onRetry={usage.reload}>
        {(found) => (chosen ? <Month usage={found} month={chosen} /> : null)}
      </Shown>
    </Page>
  );
}

function Month({ usage, month }: { usage: Usage; month: string }) {
  const found = usage.items.find((item) => item.month === month);
  if (!found) return null;
  return (
    <>
      {found.problem ? (
        <Alert color="red" icon={<AlertIcon size={18} />} title={`${monthName(month)} can't be shown`}>
          {sentence(plain(found.problem))}
        </Alert>
      ) : (
        <>
          <MoneyCards month={found} budget={month === usage.month ? usage.budget : undefined} />
          <Gauges metrics={found.metrics} />
        </>
      )}
      <CostsByPlaybook key={month} month={month} />
    </>
  );
}

/** Reloads when the month's document is first seen and whenever it changes. */
function useReloadWhenCounted(month: string | undefined, reload: () => void): void {
  const { id } = useOrg();
  const { data } = useLiveDocument<{ updatedAt?: Timestamp }>(month ? usageMonth(id, month) : null);
  const counted = data?.updatedAt?.toMillis();
  // Also when first seen: it may have changed since the API responded.
  useEffect(() => {
    if (counted !== undefined) reload();
  }, [counted, reload]);
}
