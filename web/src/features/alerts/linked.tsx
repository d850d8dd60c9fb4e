import { Alert, Button, Group, Paper, Stack } from "@mantine/core";
import { useLiveDocument } from "../../data/live";
import { ALERTS_PAGE, alert } from "../../data/queries/alerts";
import type { InboxNotification } from "../../data/types/documents";
import { AlertRow } from "./alert-row";
import { groupOf } from "./groups";
import { isId } from "./params";

/** The alert in the URL, if the list doesn't show it. */
export function Linked(props: {
  asked: string | null;
  listed: readonly InboxNotification[] | undefined;
  onClose: () => void;
}) {
  const { asked, listed, onClose } = props;
  const isListed = listed?.slice(0, ALERTS_PAGE).some((one) => one.id === asked);
  const isLookedFor = isId(asked) && listed !== undefined && !isListed;
  const { data, error } = useLiveDocument<InboxNotification>(isLookedFor ? alert(asked) : null);
  if (!asked || !listed || isListed) return null;
  if (data)
    return (
      <Paper withBorder className="rows" component="ul" aria-label="The alert you opened" m={0} p={0}>
        <AlertRow group={groupOf([data])} isOpen onToggle={onClose} />
      </Paper>
    );
  if (isLookedFor && data === undefined && !error) return null;
  return (
    <Alert color="gray" title="That alert isn't here" role="status">
      <Stack gap="xs">
        Alerts are kept for 30 days, and each organization sees its own.
        <Group>
          <Button size="xs" variant="default" onClick={onClose}>
            Dismiss
          </Button>
        </Group>
      </Stack>
    </Alert>
  );
}
