/** The frame of every page: menu, org, account, chat. Costs at most 21 reads. */
import {
  ActionIcon,
  Alert,
  AppShell,
  Badge,
  Burger,
  Button,
  Group,
  NavLink,
  Skeleton,
  Stack,
  Text,
  useComputedColorScheme,
  useMantineColorScheme,
} from "@mantine/core";
import { useDisclosure, useHotkeys, useNetwork } from "@mantine/hooks";
import { signOut } from "firebase/auth";
import { lazy, type ReactNode, Suspense, useEffect, useState } from "react";
import { Link, useLocation } from "react-router";
import { useLiveList } from "../data/live";
import { useOrg } from "../data/org";
import { MENU_COUNT, unreadAlerts } from "../data/queries/alerts";
import { pendingApprovals } from "../data/queries/decisions";
import { useBackend, useSession } from "../data/session";
import { useChat } from "../features/chat/conversation";
import { plain } from "../format/words";
import {
  BellIcon,
  ChatIcon,
  CheckListIcon,
  GaugeIcon,
  HistoryIcon,
  HomeIcon,
  type Icon,
  MoonIcon,
  PlaybookIcon,
  SettingsIcon,
  StoreIcon,
  SunIcon,
} from "../ui/icons";

const ChatDrawer = lazy(() => import("../features/chat/drawer"));
const HEADER = 56;
const MENU = { width: 232, breakpoint: "sm" } as const;

export function Frame({ children }: { children: ReactNode }) {
  const [menu, menuState] = useDisclosure();
  const { drawer: chat } = useChat();
  const [wasOpened, setOpened] = useState(false);
  useEffect(() => {
    if (chat.opened) setOpened(true);
  }, [chat.opened]);
  const { pathname } = useLocation();
  const isChatPage = pathname === "/chat";
  useEffect(() => {
    if (isChatPage) chat.close();
  }, [isChatPage, chat.close]);
  const { online } = useNetwork();
  // biome-ignore lint/correctness/useExhaustiveDependencies: the menu closes when the page changes.
  useEffect(menuState.close, [pathname]);
  useHotkeys([["mod+K", isChatPage ? () => undefined : chat.toggle]]);
  return (
    <AppShell
      header={{ height: HEADER }}
      navbar={{ ...MENU, collapsed: { mobile: !menu } }}
      padding={{ base: "md", sm: "xl" }}
    >
      <AppShell.Header px="md">
        <a className="skip" href="#main">
          Skip to content
        </a>
        <Header menuIsOpen={menu} onMenu={menuState.toggle} onChat={isChatPage ? undefined : chat.open} />
      </AppShell.Header>
      <AppShell.Navbar p="sm" component="nav" aria-label="Main">
        <AppShell.Section grow style={{ overflowY: "auto" }}>
          <MainMenu />
        </AppShell.Section>
        <AppShell.Section>
          <Account />
        </AppShell.Section>
      </AppShell.Navbar>
      <AppShell.Main id="main" tabIndex={-1}>
        {online ? null : (
          <Alert color="yellow" mb="md" role="status" title="You're offline">
            What you see may be out of date. Your playbooks keep running.
          </Alert>
        )}
        {children}
      </AppShell.Main>
      {wasOpened ? (
        <Suspense fallback={null}>
          <ChatDrawer />
        </Suspense>
      ) : null}
    </AppShell>
  );
}

function Header(props: { menuIsOpen: boolean; onMenu: () => void; onChat: (() => void) | undefined }) {
  const { local } = useBackend();
  const org = useOrg();
  return (
    <Group h="100%" justify="space-between" wrap="nowrap">
      <Group gap="sm" wrap="nowrap" miw={0}>
        <Burger
          opened={props.menuIsOpen}
          onClick={props.onMenu}
          hiddenFrom={MENU.breakpoint}
          size="sm"
          aria-label="Menu"
        />
        <Text fw={650} truncate>
          {plain(org.name) || "Playbooks"}
        </Text>
        {local ? (
          <Badge variant="default" tt="none" fw={500} visibleFrom="xs">
            Local stack
          </Badge>
        ) : null}
      </Group>
      <Group gap="xs" wrap="nowrap">
        {props.onChat ? (
          <Button variant="light" size="xs" leftSection={<ChatIcon size={16} />} onClick={props.onChat}>
            Ask
          </Button>
        ) : null}
        <ColorSchemeButton />
      </Group>
    </Group>
  );
}

function ColorSchemeButton() {
  const { setColorScheme } = useMantineColorScheme();
  const isDark = useComputedColorScheme("light") === "dark";
  return (
    <ActionIcon
      variant="default"
      size="lg"
      aria-label={isDark ? "Use light colors" : "Use dark colors"}
      onClick={() => setColorScheme(isDark ? "light" : "dark")}
    >
      {isDark ? <SunIcon size={18} /> : <MoonIcon size={18} />}
    </ActionIcon>
  );
}

/** At the bottom of the menu. */
function Account() {
  const { auth } = useBackend();
  const { user, role } = useSession();
  return (
    <Stack gap={4} px="sm" py="xs">
      <Text size="sm" style={{ overflowWrap: "anywhere" }}>
        {plain(user.email ?? "")}
      </Text>
      <Group justify="space-between">
        <Text size="xs" c="dimmed" tt="capitalize">
          {role}
        </Text>
        <Button variant="subtle" size="compact-xs" onClick={() => void signOut(auth)}>
          Sign out
        </Button>
      </Group>
    </Stack>
  );
}

interface Entry {
  to: string;
  label: string;
  icon: Icon;
  count?: number;
  counted?: string;
}

function MainMenu() {
  const { pathname } = useLocation();
  const { orgId, mayEdit } = useSession();
  const alerts = useLiveList(unreadAlerts(orgId)).data?.length ?? 0;
  const approvals = useLiveList(mayEdit ? pendingApprovals(orgId) : null).data?.length ?? 0;
  const entries: Entry[] = [
    { to: "/", label: "Home", icon: HomeIcon },
    { to: "/playbooks", label: "Playbooks", icon: PlaybookIcon },
    { to: "/runs", label: "Runs", icon: HistoryIcon },
    { to: "/dashboard/alerts", label: "Alerts", icon: BellIcon, count: alerts, counted: "unread" },
    { to: "/decisions", label: "Decisions", icon: CheckListIcon, count: approvals, counted: "waiting" },
    { to: "/competitors", label: "Competitors", icon: StoreIcon },
    { to: "/usage", label: "Usage", icon: GaugeIcon },
    { to: "/settings", label: "Settings", icon: SettingsIcon },
  ];
  return (
    <Stack gap={2}>
      {entries.map(({ to, label, icon: Icon, count = 0, counted }) => {
        const isHere = to === "/" ? pathname === "/" : pathname.startsWith(to);
        return (
          <NavLink
            key={to}
            component={Link}
            to={to}
            label={label}
            active={isHere}
            aria-current={isHere ? "page" : undefined}
            leftSection={<Icon size={18} />}
            rightSection={count ? <MenuCount count={count} of={counted ?? ""} /> : null}
            style={{ borderRadius: "var(--mantine-radius-md)" }}
          />
        );
      })}
    </Stack>
  );
}

function MenuCount({ count, of }: { count: number; of: string }) {
  const shown = count < MENU_COUNT ? String(count) : `${MENU_COUNT - 1}+`;
  return (
    <Badge size="sm" color="red" variant="filled">
      {shown}
      <span className="visually-hidden"> {of}</span>
    </Badge>
  );
}

/** The frame before the session is known. */
export function FrameSkeleton() {
  return (
    <AppShell header={{ height: HEADER }} navbar={{ ...MENU, collapsed: { mobile: true } }} padding="xl">
      <AppShell.Header px="md">
        <Group h="100%">
          <Text fw={650}>Playbooks</Text>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="sm" component="div">
        <Stack gap="sm" aria-hidden>
          {[96, 120, 84, 100, 112, 128, 88].map((width) => (
            <Skeleton key={width} h={20} w={width} />
          ))}
        </Stack>
      </AppShell.Navbar>
      <AppShell.Main aria-busy>
        <Skeleton h={28} w={200} />
      </AppShell.Main>
    </AppShell>
  );
}
