/** `/settings/{section}`: everything comes from the API, so there are no extra reads. */
import { Button, Group, Text } from "@mantine/core";
import type { ComponentType } from "react";
import { Link, useParams } from "react-router";
import { NotFound } from "../../app/not-found";
import { useSession } from "../../data/session";
import { Page } from "../../ui/page";
import { Keys } from "./keys";
import { Notifications } from "./notifications";
import { Organization } from "./organization";
import { People } from "./people";
import { Secrets } from "./secrets";
import { SECTIONS, type Section } from "./sections";
import { Webhooks } from "./webhooks";

const CONTENT: Record<Section["id"], ComponentType> = {
  notifications: Notifications,
  people: People,
  keys: Keys,
  secrets: Secrets,
  webhooks: Webhooks,
  organization: Organization,
};

export default function SettingsPage() {
  const { section: asked } = useParams();
  const session = useSession();
  const section = SECTIONS.find(({ id }) => id === asked);
  if (!section) return <NotFound />;
  const Content = CONTENT[section.id];
  return (
    <Page title={section.title} lead={section.lead}>
      <Group component="nav" aria-label="Settings" gap={4} mx={-8}>
        {SECTIONS.filter(({ isFor }) => isFor(session)).map(({ id, title }) => (
          <Button
            key={id}
            component={Link}
            to={`/settings/${id}`}
            size="compact-sm"
            flex="0 0 auto"
            variant={id === section.id ? "light" : "subtle"}
            color={id === section.id ? "teal" : "gray"}
            aria-current={id === section.id ? "page" : undefined}
          >
            {title}
          </Button>
        ))}
      </Group>
      {section.isFor(session) ? (
        <Content />
      ) : (
        <Text>
          Only {section.id === "keys" || section.id === "webhooks" ? "owners" : "owners and editors"} of your shop can
          see this.
        </Text>
      )}
    </Page>
  );
}
